"""Bars of other symbols and of longer intervals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.model.errors import SettingsError, UnknownSymbol
from scanwright.model.interval import Interval
from tests.unit.engine.bars import NAN, alone, market, planned, series, table

# Wednesday, Thursday, Monday .. Friday, Monday; Good Friday was the 3rd.
EASTER = (
    "2015-04-01",
    "2015-04-02",
    "2015-04-06",
    "2015-04-07",
    "2015-04-08",
    "2015-04-09",
    "2015-04-10",
    "2015-04-13",
)


def same(found, expected):
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), equal_nan=True)


def test_of_takes_the_latest_value_at_or_before():
    panel = market({"A": [1, 1, 1, 1], "SPY": [10, None, None, 40]})
    same(series('of("SPY", close)', panel), [10, 10, 10, 40])


def test_of_is_missing_before_the_other_symbols_first_bar():
    panel = market({"A": [1, 1, 1], "SPY": [None, 20, None]})
    same(series('of("SPY", close)', panel), [NAN, 20, 20])


def test_of_evaluates_on_the_other_symbols_own_bars():
    panel = market({"A": [1, None, 1, 1], "SPY": [10, None, 30, 40]})
    same(series('of("SPY", close[1])', panel), [NAN, 10, 30])
    same(series('of("SPY", mean(close, 2))', panel), [NAN, 20, 35])


def test_of_itself_is_itself():
    panel = market({"SPY": [1, None, 3, 4]})
    same(series('of("SPY", close[1])', panel, "SPY"), series("close[1]", panel, "SPY"))


def test_of_a_symbol_that_is_not_there_names_the_nearest():
    with pytest.raises(UnknownSymbol) as caught:
        table('of("SPYX", close)', market({"A": [1], "SPY": [1]}))
    assert caught.value.facts["nearest"] == "SPY"


def test_the_plan_names_the_symbols_that_it_needs():
    panel = market({"A": [1], "SPY": [1], "QQQ": [1]})
    rule = planned('of("SPY", close) > 1 and at("1w", of("QQQ", close)) > 1', panel)
    assert rule.symbols == ("QQQ", "SPY")


def test_a_week_closes_on_its_last_scheduled_session():
    panel = alone(1, 2, 3, 4, 5, 6, 7, 8, ts=EASTER, calendar="us_stocks")
    same(series('at("1w", close)', panel), [NAN, 2, 2, 2, 2, 2, 7, 7])


def test_crypto_is_always_open_and_its_week_closes_on_sunday():
    days = np.arange(np.datetime64("2015-04-01"), np.datetime64("2015-04-09"))  # Wednesday to Wednesday
    panel = alone(*range(1, 9), ts=days, calendar="always_open")
    same(series('at("1w", close)', panel), [NAN, NAN, NAN, NAN, 5, 5, 5, 5])


def test_finer_rows_see_the_last_closed_value():
    panel = alone(1, 9, 3, 4, 5, 6, 7, 2, ts=EASTER, calendar="us_stocks")
    same(series('at("1w", highest(high, 1))', panel), [NAN, 9, 9, 9, 9, 9, 7, 7])
    same(series('close > at("1w", close)', panel), [NAN, 0, 0, 0, 0, 0, 0, 0])


def test_a_week_counts_as_one_bar():
    panel = alone(1, 2, 3, 4, 5, 6, 7, 8, ts=EASTER, calendar="us_stocks")
    same(series('at("1w", close[1])', panel), [NAN, NAN, NAN, NAN, NAN, NAN, 2, 2])
    same(series('at("1w", close)[1]', panel), [NAN, NAN, 2, 2, 2, 2, 2, 7])


def test_a_symbol_without_a_bar_there_sees_it_at_its_next_bar():
    panel = market(
        {"A": [1, None, None, 4, 5, 6, 7, 8], "B": [1, 2, 3, 4, 5, 6, 7, 8]}, ts=EASTER, calendar="us_stocks"
    )
    same(series('at("1w", close)', panel, "A"), [NAN, 1, 1, 1, 7, 7])


def test_a_week_whose_last_session_never_came_is_seen_in_the_next():
    days = ("2015-04-06", "2015-04-07", "2015-04-13", "2015-04-14")
    same(series('at("1w", close)', alone(1, 2, 3, 4, ts=days, calendar="us_stocks")), [NAN, NAN, 2, 2])


def test_a_month_closes_on_its_last_session():
    days = ("2015-04-29", "2015-04-30", "2015-05-01", "2015-05-29", "2015-06-01")
    same(series('at("1mo", close)', alone(1, 2, 3, 4, 5, ts=days, calendar="us_stocks")), [NAN, 2, 2, 4, 4])


def test_the_forming_week_is_shown_as_it_stood_then():
    panel = alone(1, 9, 3, 4, 5, 6, 7, 2, ts=EASTER, calendar="us_stocks")
    same(series('at("1w", high, forming=True)', panel), [1, 9, 3, 4, 5, 6, 7, 2])
    same(series('at("1w", highest(high, 2), forming=True)', panel), [NAN, NAN, 9, 9, 9, 9, 9, 7])
    same(series('at("1w", sum(volume, 1), forming=True)', panel), [100, 200, 100, 200, 300, 400, 500, 100])


def test_the_same_interval_changes_nothing():
    panel = alone(1, 2, 3)
    same(series('at("1d", close[1])', panel), series("close[1]", panel))


def test_a_finer_interval_is_refused():
    with pytest.raises(SettingsError, match="1d or longer"):
        table('at("1h", close)', alone(1, 2, 3))


def test_an_hour_is_made_of_minutes():
    ts = np.array(["2015-04-01T13:30"], "M8[m]") + 30 * np.arange(1, 5)  # half hours from the open in New York
    panel = dataclasses.replace(
        alone(1, 2, 3, 4, ts=ts, calendar="us_stocks", interval=Interval.MINUTES_30), ts=ts.astype("M8[s]")
    )
    same(series('at("1h", close)', panel), [NAN, 2, 2, 4])
