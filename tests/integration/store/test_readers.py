"""Readers while somebody writes: each sees one whole state of the market, and waits for nobody."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np

from scanwright.model.interval import Interval
from scanwright.store.lock import writing
from scanwright.store.market import Market

DAY = Interval.DAY

# Imports the same bars at rising scales: the close of the first bar of A tells which import it is of.
WRITER = """
import pathlib, sys
import polars as pl
from scanwright.store.market import Market
market = Market.open(pathlib.Path(sys.argv[1]))
bars = pl.read_parquet(sys.argv[2])
prices = ("open", "high", "low", "close")
for scale in range(1, 21):
    market.write(bars.with_columns(pl.col(prices) * scale), source="writer")
"""


def test_readers_see_whole_states_that_only_advance(market, bars, tmp_path):
    bars().write_parquet(tmp_path / "bars.parquet")
    market.import_file(tmp_path / "bars.parquet")
    first = market.panel(DAY).fields["close"].copy()
    command = [sys.executable, "-c", WRITER, str(market.folder), str(tmp_path / "bars.parquet")]
    scales = []
    with subprocess.Popen(command) as writer:
        while writer.poll() is None:
            ratio = Market.open(market.folder).panel(DAY).fields["close"] / first
            assert np.ptp(ratio) == 0
            scales.append(float(ratio[0, 0]))
    assert writer.returncode == 0
    assert scales == sorted(scales)
    assert market.panel(DAY).fields["close"][0, 0] == first[0, 0] * 20


def test_a_reader_does_not_wait_for_a_writer(market, bars):
    market.write(bars(), source="a")
    with writing(market.folder):
        assert market.panel(DAY).shape == (8, 3)


def test_many_readers_may_find_the_panel_missing_at_once(market, bars):
    market.write(bars(), source="a")
    for path in (market.folder / "panel").rglob("meta.json"):
        path.unlink()
    shapes = []
    readers = [threading.Thread(target=lambda: shapes.append(market.panel(DAY).shape)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert shapes == [(8, 3)] * 4
