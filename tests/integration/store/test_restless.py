"""Whoever reads while another writes finds the market whole: the old one or the new one."""

from __future__ import annotations

import datetime as dt
import threading

import numpy as np
import polars as pl

from scanwright.model.interval import Interval
from scanwright.store.market import create
from scanwright.store.stretches import Stretch

DAY = Interval.DAY
SEEN = dt.datetime(2025, 3, 4, tzinfo=dt.UTC)


def test_everything_can_be_read_while_somebody_writes(tmp_path):
    market = create(tmp_path / "market", name="restless")
    done = threading.Event()

    def append(at: int) -> None:
        name = f"S{at:03}"
        bars = pl.DataFrame({"symbol": [name], "ts": [dt.date(2025, 3, 3)], "open": 1.0, "high": 1.0, "low": 1.0})
        bars = bars.with_columns(close=1.0, volume=1.0 + at)
        stamp = np.datetime64("2025-03-03", "s")
        stretch = Stretch(symbol=name, first=stamp, last=stamp, provider="p", asked_at=SEEN, as_of=SEEN)
        market.append(DAY, bars, seen=SEEN, source="p", stretches=[stretch])
        market.put(
            "facts", pl.DataFrame({"symbol": [name], "fact": ["f"], "known": [SEEN], "value": [1.0]}), source="p"
        )

    def write() -> None:
        try:
            for at in range(1, 40):
                append(at)
        finally:
            done.set()

    append(0)
    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        symbols, bars, panel = market.symbols(DAY), market.bars(DAY), market.panel(DAY)
        stretches, facts = market.stretches(DAY), market.table("facts")
        assert list(symbols) == sorted(symbols)
        assert len(bars) >= len(symbols)
        assert panel.shape[1] >= 1
        assert stretches is not None
        assert facts is None or len(facts) >= len(symbols) - 1
    writer.join()
    assert len(market.symbols(DAY)) == len(market.bars(DAY)) == 40
