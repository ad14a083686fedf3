"""The time of day: sessions, their anchors, and parts of the time in the exchange's zone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.model.interval import Interval
from tests.unit.engine.bars import NAN, alone, series

# Half hours of two days in New York in winter (UTC - 5): two before the open, three after it.
STARTS = ("08:30", "09:00", "09:30", "10:00", "10:30")
ENDS = np.array(
    [
        np.datetime64(f"2015-01-{day:02}T{start}") + np.timedelta64(5 * 60 + 30, "m")
        for day in (5, 6)
        for start in STARTS
    ],
    "M8[s]",
)
CLOSES = (10, 11, 12, 13, 14, 20, 21, 22, 23, 24)
VOLUMES = tuple(range(100, 1100, 100))


@pytest.fixture
def panel():
    found = alone(*CLOSES, volume=VOLUMES, ts=ENDS, calendar="us_stocks", interval=Interval.MINUTES_30)
    return dataclasses.replace(found, ts=ENDS)


def same(found, expected):
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), equal_nan=True)


def test_indicators_see_the_regular_session_unless_the_scan_says_otherwise(panel):
    same(series("close", panel, session="regular"), [12, 13, 14, 22, 23, 24])
    same(series("close[1]", panel, session="regular"), [NAN, 12, 13, 14, 22, 23])
    same(series("close[1]", panel, session="extended"), [NAN, *CLOSES[:-1]])


def test_the_hour_is_that_of_the_bars_start_in_the_exchanges_zone(panel):
    same(series("hour", panel), [8, 9, 9, 10, 10] * 2)
    same(series("minute", panel), [30, 0, 30, 0, 30] * 2)
    same(series("day", panel), [5] * 5 + [6] * 5)
    same(series("day_of_week", panel), [1] * 5 + [2] * 5)


def test_minutes_since_open_are_to_the_bars_end(panel):
    same(series("minutes_since_open", panel), [-30, 0, 30, 60, 90] * 2)


def test_sums_begin_anew_with_each_session(panel):
    same(series("cumulative(volume, session)", panel), [100, 300, 600, 1000, 1500, 600, 1300, 2100, 3000, 4000])
    same(series("highest_since(close, session)", panel), CLOSES)
    same(series("lowest_since(close, session)", panel), [10] * 5 + [20] * 5)


def test_vwap_is_of_the_session(panel):
    closes, volumes = np.array(CLOSES[2:5]), np.array(VOLUMES[2:5])
    same(series("vwap()", panel, session="regular")[:3], np.cumsum(closes * volumes) / np.cumsum(volumes))


def test_what_was_before_the_open_is_seen_in_the_regular_session(panel):
    same(series("premarket.high", panel, session="regular"), [11, 11, 11, 21, 21, 21])
    same(series("premarket.volume", panel, session="regular"), [300, 300, 300, 1300, 1300, 1300])


def test_the_day_before_is_known_today(panel):
    same(series("prior_day.high", panel, session="regular"), [NAN, NAN, NAN, 14, 14, 14])
    same(series("prior_day.close", panel, session="regular"), [NAN, NAN, NAN, 14, 14, 14])


def test_the_opening_range_is_known_when_it_is_over(panel):
    same(series("opening_range(60).high", panel, session="regular"), [NAN, 13, 13, NAN, 23, 23])


def test_the_session_so_far(panel):
    same(series("session.high", panel, session="regular"), [12, 13, 14, 22, 23, 24])
    same(series("session.low", panel, session="regular"), [12, 12, 12, 22, 22, 22])
