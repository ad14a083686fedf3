"""Killed in the middle, at every kind of place: the market is the old or the new one, and the next import is whole."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import Market, create

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


@pytest.fixture
def source(bars, tmp_path):
    path = tmp_path / "new.parquet"
    bars(symbols=("A", "C", "D"), scale=2.0).write_parquet(path)
    return path


@pytest.fixture
def wanted(bars, source, tmp_path):
    """What the market shows before the import and after it, and how many times the import touches a file."""
    market = create(tmp_path / "wanted", name="wanted", calendar="always_open")
    market.write(bars(), source="old")
    before = seen(market)
    touches = int(run(market, source, 0).stdout)
    return before, seen(market), touches


@pytest.mark.parametrize("share", [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.92, 0.97, 1.0])
def test_the_market_is_the_old_one_or_the_new_one(market, bars, source, wanted, share):
    before, after, touches = wanted
    market.write(bars(), source="old")
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
