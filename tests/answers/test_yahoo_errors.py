"""Real faults of a real provider: the answers are the `fixed` rows that stand beside the raw ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from scanwright.data.quality.dividends import wrong_dividends
from scanwright.data.quality.line import Line, NewDividend, Rescale
from scanwright.data.quality.units import hundredfold, misplaced_splits
from scanwright.model.panel import FIELDS, Split

PRICES = ("open", "high", "low", "close")
# Single prices of a bar come back into its range by their hundredfold; the answers also round what was adjusted twice.
NEAR = 2e-3
UNTOUCHED = ("no-bad-divs", "cg-double-count")


@pytest.fixture(scope="module")
def table(shared_data):
    return pl.read_parquet(shared_data / "bars/daily/yahoo_price_errors.parquet").drop_nulls("close")


def rows(table, issue, symbol, variant):
    chosen = (pl.col("issue") == issue) & (pl.col("symbol") == symbol) & (pl.col("variant") == variant)
    return table.filter(chosen).sort("ts")


def line_of(frame, symbol):
    """As the provider gives it: prices in today's shares, splits and dividends beside them."""
    ts = frame["ts"].to_numpy().astype("M8[s]")
    splits = [
        Split(symbol=symbol, date=date, ratio=ratio) for date, ratio in zip(ts, frame["splits"], strict=True) if ratio
    ]
    paid = {date: amount for date, amount in zip(ts, frame["dividends"], strict=True) if amount}
    fields = {name: frame[name].cast(pl.Float64).to_numpy() for name in FIELDS}
    return Line(symbol=symbol, ts=ts, fields=fields, splits=splits, dividends=paid)


def repaired(line, repair):
    fields = {name: values.copy() for name, values in line.fields.items()}
    inside = (line.ts >= repair.first) & (line.ts <= repair.last)
    for name in repair.fields:
        fields[name][inside] *= repair.factor
    if repair.volume:
        fields["volume"][inside] /= repair.factor
    return fields


@pytest.mark.parametrize(
    ("issue", "symbol", "fields"),
    [
        ("100x-error", "AET.L", FIELDS),
        ("bad-unit", "ASAI.L", ("open", "high", "close", "volume")),  # the answer moves the low to the close's rounding
        ("bad-stock-split", "4063.T", FIELDS),
        ("bad-stock-split", "CNE.L", FIELDS),
    ],
)
def test_prices_come_right(table, issue, symbol, fields):
    line = line_of(rows(table, issue, symbol, "raw"), symbol)
    answers = rows(table, issue, symbol, "fixed")
    wrong = any(not np.allclose(line.fields[name], answers[name].to_numpy(), rtol=NEAR) for name in PRICES)
    assert wrong, "the raw rows are to be wrong"
    for each in (*hundredfold(line), *misplaced_splits(line)):
        assert isinstance(each.repair, Rescale)
        line = Line(symbol=symbol, ts=line.ts, fields=repaired(line, each.repair))
    for name in fields:
        np.testing.assert_allclose(line.fields[name], answers[name].to_numpy(), rtol=NEAR, err_msg=name)


DIVIDENDS = "4063.T ABDP.L ELCO.L KEN.TA LSC.L NVT.L REL.L SAND SERE.L TEM.L TEP.PA 1398.HK".split()


@pytest.mark.parametrize("symbol", DIVIDENDS)
def test_dividends_come_right_and_no_other_is_touched(table, symbol):
    raw, fixed = (rows(table, "bad-div", symbol, variant) for variant in ("raw", "fixed"))
    amounts = dict(zip(raw["ts"], raw["dividends"], strict=True))
    for each in wrong_dividends(line_of(raw, symbol)):
        assert isinstance(each.repair, NewDividend)
        amounts[each.repair.date.item().replace(tzinfo=dt.UTC)] = each.repair.amount
    answers = dict(zip(fixed["ts"], fixed["dividends"], strict=True))
    assert {ts: round(amount, 6) for ts, amount in amounts.items()} == {
        ts: round(amount, 6) for ts, amount in answers.items()
    }


def test_what_is_right_is_left_alone(table):
    clean = table.filter(pl.col("issue").is_in(UNTOUCHED), pl.col("variant") != "fixed").sort("symbol", "ts")
    assert clean["symbol"].n_unique() == 6
    for (symbol,), frame in clean.group_by("symbol", maintain_order=True):
        line = line_of(frame, symbol)
        assert [*hundredfold(line), *misplaced_splits(line), *wrong_dividends(line)] == []
