"""Small panels, written as a test needs them."""

from __future__ import annotations

import numpy as np

from scanwright.model.interval import Interval
from scanwright.model.panel import Panel

FIRST = np.datetime64("2020-01-01", "s")
DAY = np.timedelta64(86_400, "s")


def panel(close, *, open=None, volume=None, interval=Interval.DAY, ts=None) -> Panel:
    """A panel of these closes, opened at them unless said; NaN is a hole."""
    close = np.ascontiguousarray(close, dtype=np.float64)
    open = close if open is None else np.where(np.isnan(close), np.nan, open)
    volume = np.where(np.isnan(close), np.nan, 1000.0 if volume is None else volume)
    fields = {"open": open, "high": np.fmax(open, close), "low": np.fmin(open, close), "close": close, "volume": volume}
    return Panel(
        interval=interval,
        symbols=tuple(f"S{at:03}" for at in range(close.shape[1])),
        ts=FIRST + np.arange(len(close)) * DAY if ts is None else ts,
        fields=fields,
        bar=(~np.isnan(close)).astype(np.uint8),
    )


def walk(seed: int, T: int, N: int, holes: float = 0.0) -> Panel:
    """A seeded random walk with opens of its own, and so many holes."""
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(generator.normal(0, 0.01, (T, N)).cumsum(axis=0))
    open = close * np.exp(generator.normal(0, 0.003, (T, N)))
    close[generator.random((T, N)) < holes] = np.nan
    return panel(close, open=open)
