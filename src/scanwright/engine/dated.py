"""What is dated, laid over the rows of a fold: each frame sees what was known by its end.

A frame of a day or longer ends at the close of its session, one that is shorter at its stamp; a frame on a day without
a session at the day's midnight. Who belongs to a list goes by the frame's date. Nothing here remembers anything: every
value follows from the frame's time alone, so live and batch cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from scanwright.model.calendars import Calendar, calendar
from scanwright.model.dated import Steps
from scanwright.model.interval import DAY, Interval
from scanwright.model.panel import Floats, Ints, Panel

COUNTDOWN, NEXT, LIST = "bars_to_event", "next_event", "member_of"


def series_name(word: str, *said: str) -> str:
    """The name under which a panel holds what a word asks for.

    >>> series_name("event_value", "earnings", "eps")
    'event_value earnings eps'
    """
    return " ".join((word, *said))


def source_of(name: str) -> str:
    """The series that a value is made from: itself, but for the bars to an event."""
    lead = series_name(COUNTDOWN, "")
    return series_name(NEXT, name.removeprefix(lead)) if name.startswith(lead) else name


def sources(names: Iterable[str]) -> set[str]:
    """The series that values are made from, among all fields."""
    return {source_of(name) for name in names}


def is_dated(name: str, panel: Panel) -> bool:
    """Whether a panel has steps under a name."""
    return source_of(name) in panel.dated


def over_rows(name: str, steps: Steps, panel: Panel, ends: Ints) -> Floats:
    """The values of a name on the rows of a panel, `[rows, symbols]`, from the series that it is made from."""
    if name.startswith(series_name(LIST, "")):
        return steps.table(dates_of(panel))
    if not name.startswith(series_name(COUNTDOWN, "")):
        return steps.table(ends)
    return _bars_to(steps, panel, ends)


def ends_of(panel: Panel) -> Ints:
    """The moment of each frame, in seconds, up to which it knows."""
    if panel.interval.is_intraday:
        ends = panel.ts.astype("M8[s]").astype(np.int64)
    else:
        days = panel.ts.astype("M8[D]").astype(np.int64)
        ends = _closes(days, calendar(panel.calendar))
    return ends if panel.until is None else np.minimum(ends, panel.until.astype("M8[s]").astype(np.int64))


def dates_of(panel: Panel) -> Ints:
    """The date of each frame's session, as the seconds of its midnight."""
    stamps = panel.ts
    if panel.interval.is_intraday:
        stamps = calendar(panel.calendar).session_of(panel.ts)
    return stamps.astype("M8[s]").astype(np.int64)


def _closes(days: Ints, times: Calendar) -> Ints:
    """The close of each day's session, or the midnight that ends a day without one."""
    at = np.searchsorted(times.days, days).clip(max=len(times.closes) - 1)
    return np.where(times.days[at] == days, times.closes[at], (days + 1) * DAY)


def _bars_to(steps: Steps, panel: Panel, ends: Ints) -> Floats:
    """Bars until the one that the next event belongs to: the first scheduled one that ends when it is due, or later."""
    times, interval = calendar(panel.calendar), panel.interval
    if len(steps.at) < panel.shape[0] * panel.shape[1]:  # whichever there is less of is looked up in the calendar
        before = steps.changed(_ended_before(steps.value, times, interval)).table(ends)
    else:
        before = _ended_before(steps.table(ends), times, interval)
    return before + 1 - bars_ended(ends, times, interval)[:, None]


def _ended_before(due: Floats, times: Calendar, interval: Interval) -> Floats:
    """How many scheduled bars ended before each moment; missing where there is none, or none that the calendar has."""
    known = due <= times.closes[-1]
    moments = np.where(known, due, 0).astype(np.int64)
    return np.where(known, bars_ended(moments - 1, times, interval), np.nan)


def bars_ended(moments: Ints, times: Calendar, interval: Interval) -> Ints:
    """How many bars of an interval a calendar's regular sessions have had by each moment.

    >>> opens = np.array(["2015-04-06T13:30", "2015-04-06T15:00"], "M8[s]").astype(np.int64)
    >>> np.diff(bars_ended(opens, calendar("us_stocks"), Interval.MINUTES_30)).tolist()
    [3]
    """
    sessions = np.searchsorted(times.closes, moments, side="right")
    if interval is Interval.DAY:
        return sessions
    if not interval.is_intraday:
        return _whole_units(times, interval)[sessions]
    count = -(-(times.closes - times.opens) // interval.seconds)
    before = np.concatenate([[0], np.cumsum(count)])
    here = np.minimum(sessions, len(count) - 1)
    begun = np.clip((moments - times.opens[here]) // interval.seconds, 0, count[here])
    return before[sessions] + np.where(sessions < len(count), begun, 0)


def _whole_units(times: Calendar, interval: Interval) -> Ints:
    """How many weeks or months are over after so many sessions."""
    units: Mapping[Interval, Ints] = {
        Interval.WEEK: (times.days + 3) // 7,
        Interval.MONTH: times.days.astype("M8[D]").astype("M8[M]").astype(np.int64),
    }
    unit = units[interval]
    return np.concatenate([[0], np.cumsum(unit[1:] != unit[:-1])])
