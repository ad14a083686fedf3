"""What the tests of market data share."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel


@pytest.fixture(scope="session")
def panel_of():
    """Makes a daily panel of a table of bars, without a store in between."""
    return _panel_of


def _panel_of(table: pl.DataFrame) -> Panel:
    """A table of bars as a panel."""
    dates, symbols = table["ts"].unique().sort(), table["symbol"].unique().sort()
    ts = np.array(dates.to_list(), "M8[s]")
    row = np.searchsorted(ts, np.array(table["ts"].to_list(), "M8[s]"))
    column = np.searchsorted(symbols.to_numpy(), table["symbol"].to_numpy())
    bar = np.zeros((ts.size, symbols.len()), np.uint8)
    bar[row, column] = 1
    fields = {field: np.full(bar.shape, np.nan) for field in FIELDS}
    for field in FIELDS:
        fields[field][row, column] = table[field].to_numpy()
    return Panel(interval=Interval.DAY, symbols=tuple(symbols), ts=ts, fields=fields, bar=bar)
