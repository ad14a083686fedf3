"""Dividends taken out of prices: against published payments and two vendors' factors, and as a pure function."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.adjusting import PRICES, payouts_of, total
from scanwright.engine.rows import unadjusted
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel, Split

DAYS = calendar("us_stocks").sessions(np.datetime64("2015-01-02"), np.datetime64("2015-02-27"))

# Cash a share by ex-date, as the companies announced it.
ANNOUNCED = {
    ("AAPL", dt.date(2015, 5, 7)): 0.52,
    ("AAPL", dt.date(2015, 8, 6)): 0.52,
    ("AAPL", dt.date(2015, 11, 5)): 0.52,
    ("MSFT", dt.date(2015, 5, 19)): 0.31,
    ("MSFT", dt.date(2015, 8, 18)): 0.31,
    ("KO", dt.date(2015, 9, 11)): 0.33,
    ("KO", dt.date(2015, 11, 27)): 0.33,
    ("JNJ", dt.date(2015, 8, 21)): 0.75,
    ("XOM", dt.date(2015, 8, 11)): 0.73,
    ("XOM", dt.date(2015, 11, 9)): 0.73,
    ("IBM", dt.date(2015, 8, 6)): 1.30,
    ("IBM", dt.date(2015, 5, 6)): 1.30,
    ("JNJ", dt.date(2015, 5, 21)): 0.75,
    ("XOM", dt.date(2015, 5, 11)): 0.73,
}


def rising(symbols=("A", "B")) -> Panel:
    close = 50 + np.arange(DAYS.size, dtype=float)[:, None] + np.arange(len(symbols))
    fields = {**dict.fromkeys(PRICES, close), "volume": np.full(close.shape, 1e6)}
    return Panel(interval=Interval.DAY, symbols=symbols, ts=DAYS, fields=fields, bar=np.ones(close.shape, np.uint8))


def date(row):
    return DAYS[row].astype("M8[D]").item()


def test_prices_before_the_ex_date_fall_by_its_part_of_the_close_before():
    found = total(rising(), [("B", date(10), 6.0)])
    assert found.fields["close"][9, 1] == pytest.approx(60 * (1 - 6 / 60))
    assert found.fields["close"][0, 1] == pytest.approx(51 * (1 - 6 / 60))
    assert found.fields["close"][10:, 1].tolist() == rising().fields["close"][10:, 1].tolist()
    assert np.array_equal(found.fields["close"][:, 0], rising().fields["close"][:, 0])
    assert np.array_equal(found.fields["volume"], rising().fields["volume"])


def test_payments_of_one_day_add_up_and_later_ones_multiply():
    one = total(rising(), [("A", date(10), 1.0), ("A", date(10), 2.0), ("A", date(20), 7.0)])
    assert [each.factor for each in one.payouts] == [1 - 3 / 59, 1 - 7 / 69]
    assert one.fields["open"][5, 0] == pytest.approx(55 * (1 - 3 / 59) * (1 - 7 / 69))


def test_a_payment_of_shares_before_a_split_is_of_those_shares():
    panel = rising()
    split = dataclasses.replace(panel, splits=[Split(symbol="A", date=DAYS[20], ratio=2.0)])
    (found,) = payouts_of(split, [("A", date(10), 6.0)])
    assert found.factor == 1 - 3 / 59
    (after,) = payouts_of(split, [("A", date(20), 6.0)])
    assert after.factor == 1 - 6 / 69


@pytest.mark.parametrize("amount", [59.0, 100.0])
def test_what_cannot_be_is_not_taken_out(amount):
    assert total(rising(), [("A", date(10), amount)]).payouts == ()


def test_without_a_bar_before_or_a_frame_after_there_is_no_factor():
    later = (DAYS[-1].astype("M8[D]") + 5).item()
    assert payouts_of(rising(), [("A", date(0), 1.0), ("A", later, 1.0), ("C", date(3), 1.0)]) == []


@given(
    paid=st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 35), st.floats(0.01, 20)), max_size=6),
    split=st.integers(1, 35),
)
def test_as_traded_is_given_back(paid, split):
    known = dataclasses.replace(rising(), splits=[Split(symbol="B", date=DAYS[split], ratio=4.0)])
    found = total(known, [(symbol, date(row), amount) for symbol, row, amount in paid])
    for name in FIELDS:
        np.testing.assert_allclose(unadjusted(found, name), unadjusted(known, name), rtol=1e-12)


@given(rows=st.lists(st.integers(1, 35), min_size=1, max_size=5, unique=True), cut=st.integers(2, 38))
def test_a_later_payment_does_not_change_what_was_known(rows, cut):
    """The panel cut at a date, with everything that will ever be paid, is the one with what was paid up to then."""
    paid = [("A", date(row), 1.0) for row in rows]
    whole, known = (total(rising().rows(0, cut), each) for each in (paid, [p for p in paid if p[1] <= date(cut - 1)]))
    assert np.array_equal(whole.fields["close"], known.fields["close"])


def test_announced_dividends_give_the_factors_of_the_vendor(shared_data, panel_of):
    bars = pl.read_parquet(shared_data / "bars/daily/us_all_2015.parquet")
    told = pl.read_parquet(shared_data / "events/us_price_adjustments_2015.parquet")
    symbols = sorted({symbol for symbol, _ in ANNOUNCED})
    panel = panel_of(bars.filter(pl.col("symbol").is_in(symbols)).with_columns(pl.col("ts").cast(pl.Date)))
    factors = {
        (symbol, ts): value for symbol, ts, value in told.select("symbol", pl.col("ts").cast(pl.Date), "value").rows()
    }
    found = {(each.symbol, each.date.astype("M8[D]").item()): each.factor for each in payouts_of(panel, _rows())}
    assert found.keys() == ANNOUNCED.keys()
    for key, factor in found.items():
        assert factor == pytest.approx(factors[key], abs=2e-6), key


def _rows():
    return [(symbol, day, amount) for (symbol, day), amount in ANNOUNCED.items()]


def test_a_vendor_s_adjusted_close_comes_out(shared_data, panel_of):
    """Rows of Yahoo that are known to be right: its dividends give its adjusted close, over years."""
    table = pl.read_parquet(shared_data / "bars/daily/yahoo_price_errors.parquet")
    right = table.filter(pl.col("issue") == "no-bad-divs", pl.col("variant") == "clean", pl.col("interval") == "1d")
    checked = 0
    days = right.drop_nulls("close").with_columns(pl.col("ts").dt.date()).sort("ts")
    for (symbol,), frame in days.group_by("symbol"):
        panel = panel_of(frame)
        paid = [(symbol, day, amount) for day, amount in frame.select("ts", "dividends").rows() if amount]
        found = total(panel, paid).fields["close"][:, 0]
        np.testing.assert_allclose(found, frame["adj_close"].to_numpy(), rtol=2e-3, err_msg=str(symbol))
        checked += len(paid)
    assert checked > 0
