"""Calendars say what the exchange did: checked against exchange_calendars and against bars that were traded."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import zoneinfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.model.calendars import AFTER, BEFORE, NO_PERIOD, REGULAR, calendar
from scanwright.model.errors import DataError, SettingsError
from scanwright.model.interval import Interval

US = calendar("us_stocks")
ALWAYS = calendar("always_open")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")

stamps = st.integers(10_500_000, 34_100_000).map(lambda minute: np.datetime64(minute, "m").astype("M8[s]"))  # 1989-2034
intraday = st.sampled_from([each for each in Interval if each.is_intraday])


def times(*texts: str) -> np.ndarray:
    return np.array(texts, "M8[s]")


def new_york(*texts: str) -> np.ndarray:
    local = [dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK) for text in texts]
    return np.array([each.astimezone(dt.UTC).replace(tzinfo=None) for each in local], "M8[s]")


@pytest.mark.filterwarnings("ignore::Warning:pandas", "ignore::Warning:exchange_calendars")
def test_sessions_and_hours_agree_with_exchange_calendars():
    exchanges = pytest.importorskip("exchange_calendars")
    theirs = exchanges.get_calendar("XNYS", start="1990-01-01", end="2030-12-31").schedule
    ours = US.sessions(np.datetime64("1990-01-01"), np.datetime64("2030-12-31"))
    assert (ours == theirs.index.to_numpy().astype("M8[s]")).all()
    opens, closes = US.open_close(ours)
    for mine, name in ((opens, "open"), (closes, "close")):
        assert (mine == theirs[name].dt.tz_localize(None).to_numpy().astype("M8[s]")).all()


def test_every_session_of_five_real_years_is_in_the_calendar(shared_data):
    table = pl.read_parquet(shared_data / "bars/daily/sp500_5yr.parquet", columns=["ts"])
    traded = table["ts"].unique().sort().to_numpy().astype("M8[s]")
    assert traded.size == 1259
    assert (US.sessions(traded[0], traded[-1]) == traded).all()


def test_real_minutes_lie_in_the_regular_session(shared_data):
    table = pl.read_parquet(shared_data / "bars/minute/us_etf_1m_2019-12.parquet", columns=["ts"])
    ends = table["ts"].unique().sort().to_numpy().astype("M8[s]") + np.timedelta64(60, "s")
    parts = US.parts(ends, Interval.MINUTE)
    assert (parts["phase"] != REGULAR).sum() <= 1  # one stray bar after the half session of the 24th
    assert parts["minutes_since_open"].min() == 1
    assert parts["minutes_since_open"].max() == 390


@given(stamps)
def test_local_time_is_the_zone_s(stamp):
    parts = US.parts(np.array([stamp]), Interval.MINUTE)
    local = (stamp.astype(dt.datetime) - dt.timedelta(minutes=1)).replace(tzinfo=dt.UTC).astimezone(NEW_YORK)
    names = ("year", "month", "day", "hour", "minute")
    assert [parts[name][0] for name in names] == [getattr(local, name) for name in names]
    assert parts["day_of_week"][0] == local.isoweekday()


@given(stamps)
def test_a_daily_frame_has_the_parts_of_its_date(stamp):
    parts = US.parts(np.array([stamp], "M8[D]").astype("M8[s]"), Interval.DAY)
    day = stamp.astype(dt.datetime).date()
    assert [parts[name][0] for name in ("year", "month", "day", "day_of_week")] == [
        *day.timetuple()[:3],
        day.isoweekday(),
    ]
    assert np.isnan(parts["hour"][0])
    assert np.isnan(parts["minutes_since_open"][0])


@given(st.lists(stamps, min_size=1, max_size=30), intraday, st.sampled_from(["regular", "extended"]))
def test_stamps_do_not_know_of_each_other(several, interval, session):
    ts = np.sort(np.array(several))
    together = US.period(ts, interval, frames=Interval.MINUTE, session=session)
    alone = [US.period(ts[at : at + 1], interval, frames=Interval.MINUTE, session=session) for at in range(ts.size)]
    for part in (0, 1):
        assert (together[part] == np.concatenate([each[part] for each in alone])).all()


@given(stamps, intraday)
def test_intraday_periods_end_at_or_after_the_bar_and_within_their_length(stamp, interval):
    ids, closes = US.period(np.array([stamp]), interval, frames=Interval.MINUTE, session="extended")
    if ids[0] != NO_PERIOD:
        end = stamp.astype(np.int64)
        assert end <= ids[0] < end + interval.seconds
        assert closes[0] == (ids[0] == end)


def test_every_week_and_month_closes_once_on_its_last_session():
    days = US.sessions(US.first, US.last)
    for interval in (Interval.WEEK, Interval.MONTH):
        ids, closes = US.period(days, interval, frames=Interval.DAY)
        assert closes.sum() == np.unique(ids).size
        assert (days[closes] == US.label(np.unique(ids), interval)).all()
    assert np.unique(days.astype("M8[M]")).size == closes.sum()


def test_a_stray_row_on_a_holiday_closes_nothing():
    friday = times("2015-04-03")  # Good Friday
    ids, closes = US.period(friday, Interval.WEEK, frames=Interval.DAY)
    assert not closes[0]
    assert ids[0] == US.period(times("2015-04-02"), Interval.WEEK, frames=Interval.DAY)[0][0]
    assert not US.is_session(friday)[0]


def test_weeks_that_never_rest_close_on_sunday():
    days = ALWAYS.sessions(np.datetime64("2024-01-01"), np.datetime64("2024-01-14"))
    _, closes = ALWAYS.period(days, Interval.WEEK, frames=Interval.DAY)
    assert days[closes].astype("M8[D]").astype(str).tolist() == ["2024-01-07", "2024-01-14"]


def test_midnight_ends_the_day_that_never_closes():
    ids, closes = ALWAYS.period(times("2024-01-02T00:00", "2024-01-02T00:01"), Interval.DAY, frames=Interval.MINUTE)
    assert (np.diff(ids), closes.tolist()) == (1, [True, False])


def test_hours_start_at_the_open_and_the_last_is_short():
    ends = new_york("2019-12-13T10:30", "2019-12-13T10:31", "2019-12-13T16:00", "2019-12-24T13:00")
    ids, closes = US.period(ends, Interval.HOUR, frames=Interval.MINUTE)
    assert closes.tolist() == [True, False, True, True]
    assert US.label(ids[1:2], Interval.HOUR) == new_york("2019-12-13T11:30")


def test_the_half_session_ends_the_week_s_last_hour_too():
    ends = new_york("2019-11-29T13:00", "2019-11-29T12:59")
    _, closes = US.period(ends, Interval.WEEK, frames=Interval.MINUTE)
    assert closes.tolist() == [True, False]


def test_bars_outside_the_regular_session_belong_to_no_regular_period():
    ends = new_york("2019-12-13T09:30", "2019-12-13T09:31", "2019-12-13T16:01", "2019-12-14T12:00", "2019-12-13T03:00")
    regular, _ = US.period(ends, Interval.DAY, frames=Interval.MINUTE)
    assert (regular == NO_PERIOD).tolist() == [True, False, True, True, True]
    extended, _ = US.period(ends, Interval.DAY, frames=Interval.MINUTE, session="extended")
    assert (extended == NO_PERIOD).tolist() == [False, False, False, True, True]
    phases = US.parts(ends, Interval.MINUTE)["phase"]
    assert phases[:3].tolist() == [BEFORE, REGULAR, AFTER]
    assert np.isnan(phases[3])


def test_the_extended_day_closes_at_eight_in_the_evening():
    ends = new_york("2019-12-13T16:00", "2019-12-13T20:00")
    _, closes = US.period(ends, Interval.DAY, frames=Interval.MINUTE, session="extended")
    assert closes.tolist() == [False, True]


def test_an_hour_that_runs_over_the_close_ends_at_the_close():
    ends = new_york("2019-12-13T16:30")  # half past three plus an hour
    _, closes = US.period(ends, Interval.DAY, frames=Interval.HOUR)
    parts = US.parts(ends, Interval.HOUR)
    assert closes[0]
    assert (parts["minutes_since_open"][0], parts["hour"][0], parts["minute"][0]) == (390, 15, 30)


def test_before_the_open_minutes_count_down():
    parts = US.parts(new_york("2019-12-13T09:00"), Interval.MINUTE)
    assert parts["minutes_since_open"][0] == -30


def test_dates_without_a_session_have_no_hours():
    opens, closes = US.open_close(times("2019-12-24", "2019-12-25"))
    assert np.isnat(opens).tolist() == np.isnat(closes).tolist() == [False, True]


def test_no_stamps_are_no_answers():
    ids, closes = US.period(times(), Interval.WEEK, frames=Interval.MINUTE)
    assert (ids.size, closes.size, US.parts(times(), Interval.MINUTE)["hour"].size) == (0, 0, 0)


def test_dates_beyond_the_calendar_are_refused():
    with pytest.raises(DataError, match="expected dates from 1962-01-01 to 2034-12-31"):
        US.period(times("2035-01-01"), Interval.WEEK, frames=Interval.DAY)


def test_periods_finer_than_the_frames_are_refused():
    with pytest.raises(SettingsError, match="made from bars of 1d"):
        US.period(times("2015-04-01"), Interval.HOUR, frames=Interval.DAY)


def test_an_unknown_calendar_names_the_known():
    with pytest.raises(SettingsError, match="always_open us_stocks"):
        calendar("moon")


def test_the_way_to_now_loads_nothing_heavy():
    heavy = {"polars", "pandas", "zoneinfo", "exchange_calendars"}
    program = f"import sys, scanwright.data.resample; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
