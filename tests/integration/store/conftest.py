"""Small markets and bars for the store's tests."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.store.market import create

START = dt.date(2015, 12, 28)


def make_bars(symbols=("A", "B", "C"), days=8, scale=1.0):
    """Daily bars over the turn of a year; the first symbol's prices rise by 1 a day from 10."""
    rows = [
        (
            symbol,
            START + dt.timedelta(days=day),
            *(scale * (10.0 + day + at + off) for off in (0, 1, -1, 0.5)),
            100 + day,
        )
        for at, symbol in enumerate(symbols)
        for day in range(days)
    ]
    schema = {"symbol": pl.String, "ts": pl.Date, **dict.fromkeys(("open", "high", "low", "close"), pl.Float64)}
    return pl.DataFrame(rows, schema={**schema, "volume": pl.Int64}, orient="row")


@pytest.fixture
def bars():
    return make_bars


@pytest.fixture
def market(tmp_path):
    return create(tmp_path / "market", name="test", calendar="always_open")
