"""A small seeded panel and a plan for it: what docstrings and the laws run on."""

from __future__ import annotations

import numpy as np

from scanwright.engine.plan import Plan, plan
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute, Panel


def example_panel(times: int = 300, symbols: int = 5, seed: int = 7, *, holes: float = 0.0) -> Panel:
    """Daily bars of a random walk from 2015 on, with two sectors; `holes` is the share of missing bars."""
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, (times, symbols)), axis=0))
    open_ = close * np.exp(random.normal(0, 0.008, (times, symbols)))
    high = np.maximum(open_, close) * (1 + np.abs(random.normal(0, 0.006, (times, symbols))))
    low = np.minimum(open_, close) * (1 - np.abs(random.normal(0, 0.006, (times, symbols))))
    volume = np.round(random.lognormal(12, 0.6, (times, symbols)))
    bar = (random.random((times, symbols)) >= holes).astype(np.uint8)
    fields = {"open": open_, "high": high, "low": low, "close": close, "volume": volume}
    days = np.arange(np.datetime64("2015-01-02"), np.datetime64("2015-01-02") + 2 * times)
    days = days[np.is_busday(days)][:times].astype("datetime64[s]")
    return Panel(
        interval=Interval.DAY,
        symbols=tuple(f"S{at:02d}" for at in range(symbols)),
        ts=days,
        fields={name: np.where(bar == 1, values, np.nan) for name, values in fields.items()},
        bar=bar,
        attributes={"sector": Attribute(codes=np.arange(symbols, dtype=np.int32) % 2, names=("Energy", "Technology"))},
        calendar="always_open",
        market="the example",
    )


def example_plan(text: str, catalogue: Catalogue | None = None) -> Plan:
    """A plan with one output, `where`."""
    from scanwright.app.wiring import catalogue as whole

    found = catalogue or whole()
    return plan({"where": read(text, found)}, Typing(found))
