"""Killed in the middle, at every kind of place: the market is the old or the new one, and the next import is whole."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import Market, create
from tests.integration.store.conftest import make_bars

DAY = Interval.DAY

# Kills itself, as `kill -9` does, at the n-th time that the import touches a file of the market.
CHILD = """
import os, pathlib, signal, sys
import polars
from scanwright.store.market import Market
import scanwright.store.importing, scanwright.store.reading, scanwright.store.merging
folder, source, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = 0
def touched(event, args):
    global seen
    if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"):
        if isinstance(args[0], (str, os.PathLike)) and os.fspath(args[0]).startswith(folder):
            seen += 1
            if seen == left:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(touched)
Market.open(pathlib.Path(folder)).import_file(pathlib.Path(source))
print(seen)
"""


def run(market, source, at):
    command = [sys.executable, "-c", CHILD, str(market.folder), str(source), str(at)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def seen(market):
    panel = market.panel(DAY)
    return market.data_hash(DAY), panel.fields["close"].tobytes(), panel.symbols


def new(folder):
    """A file whose import changes bars, brings others and another symbol."""
    path = folder / "new.parquet"
    make_bars(symbols=("A", "C", "D"), scale=2.0).write_parquet(path)
    return path


def old(folder):
    """A market as it is before that import."""
    market = create(folder / "market", name="test", calendar="always_open")
    market.write(make_bars(), source="old")
    return market


@pytest.fixture
def source(tmp_path):
    return new(tmp_path)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """What the market shows before the import and after it, and how many times the import touches a file."""
    folder = tmp_path_factory.mktemp("wanted")
    touches = int(run(old(tmp_path_factory.mktemp("counted")), new(folder), 0).stdout)
    market = old(folder)
    before = seen(market)
    market.import_file(folder / "new.parquet")
    return before, seen(market), touches


@pytest.mark.parametrize("share", [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.92, 0.97, 1.0])
def test_the_market_is_the_old_one_or_the_new_one(tmp_path, source, wanted, share):
    before, after, touches = wanted
    market = old(tmp_path)
    killed = run(market, source, max(1, round(touches * share)))
    assert killed.returncode == -signal.SIGKILL
    found = Market.open(market.folder)
    assert seen(found) in (before, after)
    report = found.import_file(source)
    assert report.rows_new + report.rows_changed + report.rows_same == 24
    assert seen(found) == after
    assert not list(found.folder.rglob("*.part"))


def test_killed_while_the_first_files_of_a_market_are_written(market, source):
    assert run(market, source, 8).returncode == -signal.SIGKILL
    assert market.intervals() == ()
    assert market.import_file(source).rows_new == 24
