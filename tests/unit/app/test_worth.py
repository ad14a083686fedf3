"""How old, from whom, how late, and what is missing: worked out from the last rows of a panel and the manifest."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from scanwright.app.worth import worth_of
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Panel
from scanwright.store.manifest import Series, Source

US = calendar("us_stocks")
DAYS = US.sessions(np.datetime64("2015-03-02"), np.datetime64("2015-04-02"))  # Good Friday is the 3rd
SERIES = Series(
    bars=(),
    columns=None,
    quarantined={"outside_session": 2, "not_positive": 1},
    sources=(
        Source(name="old.csv", first="2014-01-02", last="2014-12-31", symbols=3),
        Source(name="p", first="2015-01-02", last="2015-04-02", symbols=3, asked="2015-04-02T20:30:00", delayed=900.0),
    ),
)


def panel_of(bar, ts=DAYS, interval=Interval.DAY, **facts):
    bar = np.array(bar, np.uint8)
    fields = {name: np.where(bar == 1, 1.0, np.nan) for name in FIELDS}
    symbols = tuple(f"S{at}" for at in range(bar.shape[1]))
    return Panel(interval=interval, symbols=symbols, ts=ts, fields=fields, bar=bar, attributes=facts)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "behind"),
    [
        ("2015-04-02T20:00", 0),  # the close itself
        ("2015-04-05T12:00", 0),  # a Sunday after a holiday
        ("2015-04-06T19:59", 0),  # Monday's session is not over
        ("2015-04-06T20:00", 1),
        ("2015-04-08T23:00", 3),
        ("2015-03-01T00:00", 0),  # a clock that is behind the data
        ("2080-01-01T00:00", 4962),  # beyond the calendar: all that it knows of
    ],
)
def test_age_is_counted_in_sessions_that_are_over(now, behind):
    found = worth_of(SERIES, panel_of(np.ones((DAYS.size, 3))), None, at(now))
    assert (found.to, found.behind) == ("2015-04-02", behind)


def test_who_was_asked_last_and_how_late_they_are():
    found = worth_of(SERIES, panel_of(np.ones((DAYS.size, 3))), None, at("2015-04-02T21:00"))
    assert (found.sources, found.asked, found.ago, found.delayed) == (
        ["old.csv", "p"],
        "2015-04-02T20:30:00Z",
        1800,
        900,
    )
    assert found.refused == 3
    said = found.sentence()
    assert said.startswith(
        "bars to 2015-04-02 from old.csv, p, asked 30 min ago, delayed by 15 min; all 3 symbols have"
    )
    assert said.endswith("a trade in the last session; 3 rows in quarantine")


def test_as_of_another_time_nobody_is_late():
    found = worth_of(SERIES, panel_of(np.ones((DAYS.size, 3))), DAYS[-1], at("2020-01-01T00:00"))
    assert (found.behind, found.ago) == (None, None)


def test_symbols_that_were_active_lately_and_lack_the_last_session():
    bar = np.ones((DAYS.size, 40), np.uint8)
    bar[-1, :3] = 0
    bar[1:, 7] = 0  # gone for more than twenty sessions
    assert dataclasses.astuple(worth_of(SERIES, panel_of(bar), None, at("2015-04-02T21:00")))[-3:-1] == (39, 3)
    names = ("2015-03-31", "2020-01-01")
    delisted = Attribute(codes=np.array([0, 1, *[-1] * 38], np.int32), names=names)
    found = worth_of(SERIES, panel_of(bar, delisted=delisted), None, at("2015-04-02T21:00"))
    assert (found.symbols, found.lacking) == (38, 2)


def test_within_the_day_a_symbol_with_a_bar_of_the_session_is_there():
    opens, _ = US.open_close(DAYS[:3])
    ts = np.concatenate([each + np.arange(1, 5) * np.timedelta64(3600, "s") for each in opens])
    bar = np.ones((12, 5), np.uint8)
    bar[9:, 0] = 0
    bar[8:, 1] = 0
    found = worth_of(SERIES, panel_of(bar, ts, Interval.HOUR), None, at("2015-03-05T22:00"))
    assert (found.to, found.behind, found.symbols, found.lacking) == (f"{ts[-1]}Z", 1, 5, 1)


def test_without_bars():
    found = worth_of(SERIES, panel_of(np.zeros((0, 3)), DAYS[:0]), None, at("2015-03-05T22:00"))
    assert (found.to, found.behind, found.sentence()) == ("", None, "there are no bars")
