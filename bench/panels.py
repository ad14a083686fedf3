"""Seeded panels to measure on: random walks with a volume, all listed or with late listings and holes."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.model.interval import Interval
from scanwright.model.panel import Panel

DAYS = 2520
SYMBOLS = 5000
LATE, HOLED, MISSED = 0.10, 0.05, 0.03
STRETCH = 500


def walks(symbols: int = SYMBOLS, days: int = DAYS, seed: int = 7) -> Panel:
    """Every symbol has a bar on every day; made in stretches of symbols, so that memory stays near the result."""
    fields = {name: np.empty((days, symbols)) for name in ("open", "high", "low", "close", "volume")}
    for start in range(0, symbols, STRETCH):
        random = np.random.default_rng((seed, start))
        stop = min(start + STRETCH, symbols)
        size = (days, stop - start)
        close = 50 * np.exp(np.cumsum(random.normal(0.0002, 0.02, size), axis=0))
        opened = close * np.exp(random.normal(0, 0.008, size))
        fields["open"][:, start:stop] = opened
        fields["close"][:, start:stop] = close
        fields["high"][:, start:stop] = np.maximum(opened, close) * np.exp(np.abs(random.normal(0, 0.006, size)))
        fields["low"][:, start:stop] = np.minimum(opened, close) * np.exp(-np.abs(random.normal(0, 0.006, size)))
        fields["volume"][:, start:stop] = np.rint(random.lognormal(13, 0.6, size))
    dates = np.arange("1990-01-01", "2040-01-01", dtype="datetime64[D]")
    return Panel(
        interval=Interval.DAY,
        symbols=tuple(f"S{number:05d}" for number in range(symbols)),
        ts=dates[np.is_busday(dates)][:days].astype("datetime64[s]"),
        fields=fields,
        bar=np.ones((days, symbols), np.uint8),
    )


def with_holes(panel: Panel, seed: int = 8) -> Panel:
    """The same with a tenth of the symbols listed late, and one in twenty without a bar on about 3 % of its days."""
    random = np.random.default_rng(seed)
    days, symbols = panel.shape
    bar = np.ones(panel.shape, np.uint8)
    order = random.permutation(symbols)
    late, holed = order[: int(LATE * symbols)], order[int(LATE * symbols) : int((LATE + HOLED) * symbols)]
    for column in late:
        bar[: random.integers(1, days - 1), column] = 0
    for column in holed:
        bar[random.random(days) < MISSED, column] = 0
    fields = {name: np.where(bar == 1, values, np.nan) for name, values in panel.fields.items()}
    return dataclasses.replace(panel, fields=fields, bar=bar)
