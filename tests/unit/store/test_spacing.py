"""The interval, told from how far bars stand apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.model.errors import BadBars
from scanwright.model.interval import Interval
from scanwright.store.spacing import fitting, guessed, spacing

START = dt.datetime(2015, 1, 5, 14, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("interval", [each for each in Interval if each.is_intraday])
def test_intraday_intervals(interval):
    steps = [0, 1, 2, 3, 4, 40, 41, 42]
    ts = [START + dt.timedelta(seconds=interval.seconds * step) for step in steps]
    step = spacing(pl.DataFrame({"symbol": "A", "ts": ts}))
    assert guessed(step, dates=False, source="a.csv") is interval


@pytest.mark.parametrize(
    ("days", "interval"),
    [([0, 1, 2, 3, 4, 7, 8], "1d"), ([0, 7, 14, 21, 29], "1w"), ([0, 31, 59, 90, 120, 151], "1mo"), ([0], "1d")],
)
def test_days_and_longer(days, interval):
    frame = pl.DataFrame({"symbol": "A", "ts": [dt.date(2015, 1, 1) + dt.timedelta(days=day) for day in days]})
    assert guessed(spacing(frame), dates=True, source="a.csv") == interval


def test_rows_that_repeat_or_have_no_time_do_not_count():
    ts = [dt.date(2015, 1, 5), dt.date(2015, 1, 5), None, dt.date(2015, 1, 6)]
    assert spacing(pl.DataFrame({"symbol": "A", "ts": ts})) == 86400


def test_distances_are_within_a_symbol():
    frame = pl.DataFrame({"symbol": ["A", "B"], "ts": [dt.date(2015, 1, 5), dt.date(2015, 1, 6)]})
    assert spacing(frame) is None


@pytest.mark.parametrize("step", [None, 600, 7200])
def test_what_is_no_interval_is_refused(step):
    with pytest.raises(BadBars, match="name the interval"):
        guessed(step, dates=False, source="a.csv")


@pytest.mark.parametrize(
    ("named", "step", "dates"), [("1m", 86400, True), ("5m", 60, False), ("1d", 60, False), ("1w", 3600, False)]
)
def test_a_named_interval_that_cannot_be_is_refused(named, step, dates):
    with pytest.raises(BadBars, match="name another interval"):
        fitting(Interval(named), step, dates=dates, source="a.csv")


@pytest.mark.parametrize(("named", "step"), [("1m", 300), ("1d", 86400 * 7), ("1d", None), ("1w", 86400 * 14)])
def test_thin_bars_may_be_of_the_named_interval(named, step):
    dates = named != "1m"
    assert fitting(Interval(named), step, dates=dates, source="a.csv") == named
