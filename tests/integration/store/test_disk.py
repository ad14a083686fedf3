"""A disk that is full or forbidden: a clear error that a retry may help, and the market as it was."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from scanwright.model.errors import Unreachable
from scanwright.model.interval import Interval
from scanwright.store.market import Market, create

DAY = Interval.DAY
ROOT = os.geteuid() == 0


def seen(market):
    return market.status(), market.panel(DAY).fields["close"].tobytes()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 600 kB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)]
    if not ROOT or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("making a small disk needs root and the right to mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize(("days", "left"), [(1000, None), (300, None), (8, 30_000), (8, 12_000), (8, 1000)])
def test_a_full_disk(small_disk, bars, days, left):
    market = create(small_disk / "market", name="small")
    market.write(bars(), source="old")
    before = seen(market)
    symbols = tuple(f"S{at:03}" for at in range(40))
    if left is not None:
        fill(small_disk, left)
    with pytest.raises(Unreachable, match="room on the disk") as caught:
        market.write(bars(symbols=symbols, days=days), source="big")
    assert caught.value.retryable
    (small_disk / "filler").unlink(missing_ok=True)
    assert seen(market) == before
    assert not list(small_disk.rglob("*.part"))
    assert market.write(bars(days=9), source="next").rows_new == 3


def fill(place, left):
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    (place / "filler").write_bytes(bytes(max(0, free - left)))


LIMITED = """
import pathlib, resource, sys
from scanwright.model.errors import Unreachable
from scanwright.store.market import Market
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    Market.open(pathlib.Path(sys.argv[1])).import_file(pathlib.Path(sys.argv[2]))
except Unreachable as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [0, 1000, 5000, 30_000])
def test_a_file_that_may_not_grow(market, bars, tmp_path, limit):
    market.write(bars(), source="old")
    before = seen(market)
    bars(symbols=tuple(f"S{at}" for at in range(40)), days=100).write_parquet(tmp_path / "big.parquet")
    run = [sys.executable, "-c", LIMITED, str(market.folder), str(tmp_path / "big.parquet"), str(limit)]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "expected room on the disk" in told
    assert "make room" in told
    assert seen(market) == before
    assert not list(market.folder.rglob("*.part"))
    assert market.import_file(tmp_path / "big.parquet").rows_new == 4000


# Everything is imported before the rights are dropped: the library's own files may be root's.
FORBIDDEN = """
import os, pathlib, sys
import numpy, polars
import scanwright.store.importing, scanwright.store.reading, scanwright.store.derive
from scanwright.model.errors import Unreachable
from scanwright.model.interval import Interval
from scanwright.store.market import Market
polars.DataFrame({"a": [1]}).write_parquet("/dev/null")
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    market = Market.open(pathlib.Path(sys.argv[1]))
    if sys.argv[2] == "read":
        print(market.panel(Interval.DAY).shape)
    else:
        market.import_file(pathlib.Path(sys.argv[2]))
except Unreachable as error:
    print(error)
"""


def as_another(*arguments):
    run = [sys.executable, "-c", FORBIDDEN, *map(str, arguments)]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def open_path(tmp_path):
    """A folder that another user may walk through."""
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        if not folder.stat().st_mode & 0o001:
            if folder.stat().st_uid != os.geteuid():
                pytest.skip("the temporary folder is closed to other users")
            folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path


def closed(market, mode):
    for folder in (market.folder, *(path for path in market.folder.rglob("*") if path.is_dir())):
        folder.chmod(mode)


def test_a_market_that_may_only_be_read(market, bars, open_path):
    market.write(bars(), source="old")
    before = seen(market)
    bars(scale=2.0).write_parquet(open_path / "new.parquet")
    closed(market, 0o555)
    try:
        assert as_another(market.folder, "read") == "(8, 3)\n"
        told = as_another(market.folder, open_path / "new.parquet")
    finally:
        closed(market, 0o755)
    assert "expected permission" in told
    assert "allow this user" in told
    assert seen(market) == before


def test_a_file_that_may_not_be_read(market, bars, open_path):
    path = open_path / "secret.parquet"
    bars().write_parquet(path)
    path.chmod(0o000)
    told = as_another(market.folder, path)
    assert "secret.parquet: expected permission" in told


def test_a_market_that_may_not_be_entered(market, bars, open_path):
    market.write(bars(), source="old")
    market.folder.chmod(0o000)
    try:
        assert "expected permission" in as_another(market.folder, "read")
    finally:
        market.folder.chmod(0o755)
    assert Market.open(market.folder).intervals() == (DAY,)


def test_the_limit_of_this_process_is_untouched():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.getrlimit(resource.RLIMIT_FSIZE)[1]
