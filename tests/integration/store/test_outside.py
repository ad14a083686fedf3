"""Bars outside their session are set apart, in a file as in an answer, unless it is the calendar that is wrong."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import create

DAY, MINUTE = Interval.DAY, Interval.MINUTE
NOON = dt.datetime(2019, 12, 31, 12, tzinfo=dt.UTC)
CLOSED = dt.date(2019, 12, 25)
WEEK = [dt.date(2019, 12, day) for day in (23, 24, 26, 27)]
EVE = dt.datetime(2019, 12, 24, tzinfo=dt.UTC)


@pytest.fixture
def stocks(tmp_path):
    return create(tmp_path / "market", name="stocks", calendar="us_stocks")


def frame(rows, kind):
    schema = {"symbol": pl.String, "ts": kind, **dict.fromkeys(("open", "high", "low", "close", "volume"), pl.Float64)}
    return pl.DataFrame(
        [(symbol, ts, 9.0, 10.0, 8.0, 9.0, volume) for symbol, ts, volume in rows], schema, orient="row"
    )


def days(symbols, dates, volume=100.0):
    return frame([(f"S{at}", date, volume) for at in symbols for date in dates], pl.Date)


def minutes(*times, symbol="A"):
    ends = [EVE.replace(day=day, hour=hour, minute=minute) for day, hour, minute in times]
    return frame([(symbol, ts, 100.0) for ts in ends], pl.Datetime("ms", "UTC"))


def by_append(market, bars, interval=DAY):
    return market.append(interval, bars, seen=NOON, source="p")


def by_import(market, bars, interval=DAY):
    return market.write(bars, source="p", interval=interval)


WAYS = pytest.mark.parametrize("way", [by_append, by_import])


@WAYS
def test_stray_rows_of_a_holiday_are_set_apart(stocks, way):
    report = way(stocks, pl.concat([days(range(60), WEEK), days(range(29), [CLOSED])]))
    assert (report.rows_new, report.quarantined) == (240, {"outside_session": 29})
    assert stocks.panel(DAY).shape == (4, 60)
    assert set(stocks.quarantine(DAY)["reason"]) == {"outside_session"}
    assert report.warnings == ()


@WAYS
def test_a_closed_day_on_which_most_symbols_trade_is_kept_and_told(stocks, way):
    report = way(stocks, pl.concat([days(range(60), WEEK), days(range(30), [CLOSED])]))
    assert report.quarantined == {}
    (warning,) = report.warnings
    assert "the hours of the calendar us_stocks: 2019-12-25 (30 of 60 symbols); kept" in warning


def test_it_takes_trade_and_twenty_symbols_to_overrule_a_calendar(stocks):
    assert by_append(stocks, days(range(19), [*WEEK, CLOSED])).quarantined == {"outside_session": 19}
    still = pl.concat([days(range(30), WEEK), days(range(30), [CLOSED], volume=0.0)])
    assert by_append(stocks, still).quarantined == {"outside_session": 30}


def test_what_is_stored_bears_witness(stocks):
    by_append(stocks, days(range(200), WEEK))
    assert by_append(stocks, days(range(50), [CLOSED])).quarantined == {"outside_session": 50}
    assert by_append(stocks, days(range(150), [CLOSED])).quarantined == {}
    assert by_append(stocks, days(range(150, 200), [CLOSED])).quarantined == {}


@WAYS
def test_before_and_after_the_regular_hours_is_inside(stocks, way):
    inside = minutes((23, 9, 1), (23, 14, 31), (23, 21, 30), (24, 1, 0))  # 04:00, 09:30, 16:29, 19:59 in New York
    outside = minutes((23, 9, 0), (24, 1, 1), (22, 15, 0))  # 03:59, 20:00, and a Sunday
    report = way(stocks, pl.concat([inside, outside]), MINUTE)
    assert (report.rows_new, report.quarantined) == (4, {"outside_session": 3})
    assert stocks.bars(MINUTE).select("ts").equals(inside.select("ts").sort("ts"))


@WAYS
def test_after_an_early_close_nothing_is_inside_of_a_feed_of_regular_hours(stocks, way):
    report = way(stocks, minutes((24, 14, 31), (24, 18, 0), (24, 18, 1), (24, 20, 0)), MINUTE)
    assert (report.rows_new, report.quarantined) == (2, {"outside_session": 2})


def test_a_feed_of_extended_hours_has_them_after_an_early_close_too(stocks):
    by_append(stocks, minutes((24, 12, 0), (24, 14, 31)), MINUTE)
    report = by_append(stocks, minutes((24, 18, 1), (24, 22, 0), (24, 22, 1)), MINUTE)  # 13:00, 16:59, 17:00
    assert (report.rows_new, report.quarantined) == (2, {"outside_session": 1})


def test_an_hour_that_runs_over_the_close_is_inside(stocks):
    hours = frame([("A", EVE.replace(hour=hour), 1.0) for hour in (15, 16, 17, 18)], pl.Datetime("ms", "UTC"))
    over = frame([("A", EVE.replace(hour=18, minute=30), 1.0)], pl.Datetime("ms", "UTC"))  # starts half an hour before
    assert by_append(stocks, pl.concat([hours, over]), Interval.HOUR).quarantined == {}


def test_dates_that_the_calendar_does_not_reach_are_set_apart(stocks):
    report = by_append(stocks, days([1], [dt.date(1929, 10, 29), *WEEK, dt.date(2202, 1, 4)]))
    assert (report.rows_new, report.quarantined) == (4, {"outside_calendar": 2})


def test_weeks_and_months_are_not_asked_for_their_day(stocks):
    assert by_append(stocks, days([1], [CLOSED]), Interval.WEEK).quarantined == {}


def test_what_is_always_open_has_no_outside(tmp_path):
    coins = create(tmp_path / "coins", name="coins", calendar="always_open")
    assert by_append(coins, days([1], [CLOSED, dt.date(2019, 12, 28)])).quarantined == {}
    assert by_append(coins, minutes((25, 3, 0), (28, 3, 0)), MINUTE).quarantined == {}
