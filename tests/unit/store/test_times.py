"""Stamps of every usual kind, and those that are refused."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.model.errors import BadBars, SettingsError
from scanwright.store.times import read_stamps, to_dates
from scanwright.store.zones import date_of, known_zone, midnight

UTC = dt.UTC


def stamps(*written, zone="UTC"):
    return read_stamps(pl.Series("ts", written), zone=zone, source="a.csv")


@pytest.mark.parametrize(
    "written",
    [
        *("2015-01-13", "20150113", "2015/01/13", "01/13/2015", "13/01/2015", "13.01.2015", "13-Jan-2015"),
        *("2015-01-13 00:00:00", "2015-01-13T00:00:00-05:00", "1421107200", 20150113),
        *(1421107200, 1421107200000, 1421107200000000, 1421107200.0),
        dt.date(2015, 1, 13),
        dt.datetime(2015, 1, 13),  # noqa: DTZ001 - a time without a zone is the case
    ],
    ids=repr,
)
def test_a_date_in_any_dress(written):
    read = stamps(written)
    assert read.ts.dtype == pl.Date
    assert read.ts.to_list() == [dt.date(2015, 1, 13)]
    assert read.zoned is None


@pytest.mark.parametrize(
    "written",
    [
        *("2015-01-13T14:30:00Z", "2015-01-13 09:30:00-05:00", "2015-01-13 9:30-0500"),
        *("2015-01-13T14:30:00.000+00:00", 1421159400, 1421159400000),
        dt.datetime(2015, 1, 13, 14, 30, tzinfo=UTC),
    ],
    ids=repr,
)
def test_a_moment_in_any_dress(written):
    read = stamps(written)
    assert read.ts.to_list() == [dt.datetime(2015, 1, 13, 14, 30, tzinfo=UTC)]
    assert read.zoned


def test_times_without_a_zone_are_of_the_named_one_and_it_is_said():
    read = stamps("2015-01-13 09:30", "2015-06-15 09:30", zone="America/New_York")
    assert [each.hour for each in read.ts] == [14, 13]
    assert read.said == ("took times without a zone as America/New_York",)
    assert read.zoned is False


def test_different_offsets_are_one_line_of_time_and_are_said():
    read = stamps("2015-01-13 09:30:00-05:00", "2015-06-15 09:30:00-04:00")
    assert [each.hour for each in read.ts] == [14, 13]
    assert read.said == ("times were written with the offsets -04:00, -05:00",)


def test_times_with_and_without_a_zone_are_refused():
    with pytest.raises(BadBars, match="one zone"):
        stamps("2015-01-13T14:30:00Z", "2015-01-13T14:31:00")


def test_dates_that_read_two_ways_are_refused():
    with pytest.raises(BadBars, match="one way"):
        stamps("01/02/2015", "03/04/2015")
    assert stamps("05/05/2015").ts.to_list() == [dt.date(2015, 5, 5)]


@pytest.mark.parametrize("written", [["soon", "later"], [True, False], [None, None]], ids=repr)
def test_what_is_no_time_is_refused(written):
    with pytest.raises(BadBars, match="dates or times"):
        stamps(*written)


def test_a_single_unreadable_time_is_missing():
    assert stamps("2015-01-13", "2015-01-14", "n/a", None).ts.null_count() == 2
    assert stamps("2015-01-13", "2015-01-14", "1015-01-14").ts.null_count() == 1


def test_an_hour_that_the_clock_left_out_is_missing():
    assert stamps("2015-03-08 02:30", zone="America/New_York").ts.null_count() == 1


def test_zones():
    with pytest.raises(SettingsError, match="a time zone"):
        known_zone("Mars/Olympus")
    moments = pl.Series([dt.datetime(2015, 1, 14, 1, tzinfo=UTC)])
    assert to_dates(moments, "us_stocks").to_list() == [dt.date(2015, 1, 13)]
    assert to_dates(moments, "always_open").to_list() == [dt.date(2015, 1, 14)]


def test_midnight_and_date_are_inverse():
    import numpy as np

    date = np.datetime64("2015-03-08")
    for calendar in ("us_stocks", "always_open"):
        start = np.datetime64(midnight(date, calendar), "s")
        assert date_of(start, calendar) == date
        assert date_of(start - np.timedelta64(1, "s"), calendar) == date - np.timedelta64(1, "D")
