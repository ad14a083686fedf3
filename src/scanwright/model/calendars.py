"""Session calendars: which days have a session, when it opens and closes, and which period a frame belongs to.

A calendar is stated in `schedules/<name>.json` (see `tools/make_calendars.py`), not programmed: the weekdays with a
session, the hours, what differs from them, and the zone's offsets. Everything here works on whole arrays of stamps.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from scanwright.model.errors import DataError, SettingsError
from scanwright.model.interval import DAY, MINUTE, Interval

if TYPE_CHECKING:
    from scanwright.model.panel import Floats, Ints, Times

Session = Literal["regular", "extended"]
Truths = NDArray[np.bool_]

NO_PERIOD: Final = int(np.iinfo(np.int64).min)
"""The period of a frame that belongs to none: outside the session asked for, or on a day without one."""

REGULAR, BEFORE, AFTER = 0, 1, 2
"""The phases of a session: between open and close, before the open, after the close."""

_SCHEDULES = pathlib.Path(__file__).parent / "schedules"


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Placed:
    """Intraday frames laid on the sessions, all in seconds: UTC but for `local`, the bar's start in the zone."""

    end: Ints
    local: Ints
    day: Ints
    at: Ints
    known: Truths
    phase: Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Calendar:
    """The sessions of one exchange.

    days: the dates with a session, in days since 1970, rising; one more follows that only ends the list.
    opens, closes: the regular hours of each, in seconds UTC.
    before, after: seconds that extended trading begins before the open and ends after the close.
    switches, offsets: from which second (UTC) on the exchange's clock is ahead of UTC by how many seconds.
    """

    name: str
    zone: str
    days: Ints
    opens: Ints
    closes: Ints
    before: int
    after: int
    switches: Ints
    offsets: Ints

    @property
    def first(self) -> np.datetime64:
        """The first date of the calendar."""
        return np.datetime64(int(self.days[0]), "D")

    @property
    def last(self) -> np.datetime64:
        """The last date of the calendar."""
        return np.datetime64(int(self.days[-1]) - 1, "D")

    def sessions(self, first: np.datetime64, last: np.datetime64) -> Times:
        """The session dates from `first` to `last`, both included.

        >>> calendar("us_stocks").sessions(np.datetime64("2015-04-02"), np.datetime64("2015-04-06")).astype("M8[D]")
        array(['2015-04-02', '2015-04-06'], dtype='datetime64[D]')
        """
        start, stop = (int(date.astype("M8[D]").astype(np.int64)) for date in (first, last))
        self._inside(np.array([start, stop]))
        low, high = np.searchsorted(self.days[:-1], [start, stop + 1])
        return _times(self.days[low:high] * DAY)

    def is_session(self, dates: Times) -> Truths:
        """Which of the dates have a session."""
        return self._find(_seconds(dates) // DAY)[1]

    def open_close(self, dates: Times) -> tuple[Times, Times]:
        """When the regular sessions of these dates open and close, UTC; NaT where there is none.

        >>> [str(each[0]) for each in calendar("us_stocks").open_close(np.array(["2019-12-24"], "M8[s]"))]
        ['2019-12-24T14:30:00', '2019-12-24T18:00:00']
        """
        at, known = self._find(_seconds(dates) // DAY)
        return tuple(np.where(known, _times(each[at]), np.datetime64("NaT")) for each in (self.opens, self.closes))  # pyright: ignore[reportReturnType] - two by construction

    def session_of(self, ts: Times) -> Times:
        """The date in the exchange's zone that bars ending at `ts` (UTC) belong to, with or without a session.

        >>> calendar("always_open").session_of(np.array(["2024-01-02T00:00"], "M8[s]")).astype("M8[D]")
        array(['2024-01-01'], dtype='datetime64[D]')
        """
        return _times(self._local(_seconds(ts) - 1) // DAY * DAY)

    def period(
        self, ts: Times, interval: Interval, *, frames: Interval, session: Session = "regular"
    ) -> tuple[Ints, Truths]:
        """The period of `interval` that each frame belongs to, and whether the frame is its last scheduled one.

        `frames` is the interval of the frames themselves: it says whether `ts` holds dates or times. Ids rise with time
        and `label` turns them into stamps. A daily frame on a day without a session belongs to its week and month but
        closes nothing; an intraday frame outside the session asked for has the id `NO_PERIOD`.

        >>> days = np.array(["2015-04-01", "2015-04-02", "2015-04-06"], "M8[s]")  # Good Friday was the 3rd
        >>> calendar("us_stocks").period(days, Interval.WEEK, frames=Interval.DAY)
        (array([2361, 2361, 2362]), array([False,  True, False]))
        """
        _coarser(interval, frames)
        if not frames.is_intraday:
            day = _seconds(ts) // DAY
            at, known = self._find(day)
            return _unit(day, interval), known & self._ends_unit(at, interval)
        placed = self._place(_seconds(ts), frames)
        inside = self._within(placed, session)
        if interval.is_intraday:
            ids = self._anchored_end(placed, interval.seconds)
            return np.where(inside, ids, NO_PERIOD), inside & (placed.end == ids)
        over = self.closes[placed.at] + (self.after if session == "extended" else 0)
        ids = np.where(inside, _unit(placed.day, interval), NO_PERIOD)
        return ids, inside & (placed.end == over) & self._ends_unit(placed.at, interval)

    def outside(self, ts: Times, interval: Interval) -> Truths:
        """Which bars lie on a day without a session, or outside its extended hours; a week or month never does.

        >>> fourth = np.array(["2019-07-04T15:00", "2019-07-05T15:00", "2019-07-06T00:01"], "M8[s]")
        >>> calendar("us_stocks").outside(fourth, Interval.MINUTE).tolist()
        [True, False, True]
        """
        if interval > Interval.DAY:
            return np.zeros(ts.size, np.bool_)
        if not interval.is_intraday:
            return ~self.is_session(ts)
        return self.period(ts, interval, frames=interval, session="extended")[0] == NO_PERIOD

    def after_early_close(self, ts: Times, interval: Interval) -> Truths:
        """Which intraday bars end after the close of a session that closes earlier than most.

        >>> eve = np.array(["2019-12-24T18:00", "2019-12-24T18:01", "2019-12-26T18:01"], "M8[s]")
        >>> calendar("us_stocks").after_early_close(eve, Interval.MINUTE).tolist()
        [False, True, False]
        """
        placed = self._place(_seconds(ts), interval)
        usual = np.median(self._local(self.closes - 1) % DAY)
        early = self._local(self.closes[placed.at] - 1) % DAY < usual
        return placed.known & early & (placed.phase == AFTER)

    def covers(self, dates: Times) -> Truths:
        """Which dates the calendar speaks of.

        >>> calendar("us_stocks").covers(np.array(["1950-01-03", "2015-01-02"], "M8[s]")).tolist()
        [False, True]
        """
        days = _seconds(dates) // DAY
        return (self.days[0] <= days) & (days < self.days[-1])

    def label(self, ids: Ints, interval: Interval) -> Times:
        """The stamps of periods: the end of an intraday one (UTC), else the date of its last scheduled session.

        >>> calendar("us_stocks").label(np.array([2361]), Interval.WEEK).astype("M8[D]")
        array(['2015-04-02'], dtype='datetime64[D]')
        """
        if interval.is_intraday:
            return _times(ids)
        if interval == Interval.DAY:
            return _times(ids * DAY)
        after = (ids + 1) * 7 - 3 if interval == Interval.WEEK else (ids + 1).astype("M8[M]").astype("M8[D]")
        at = np.searchsorted(self.days, after.astype(np.int64)) - 1
        return _times(self.days[np.maximum(at, 0)] * DAY)

    def parts(self, ts: Times, interval: Interval) -> dict[str, Floats]:
        """Parts of the time of each frame of `interval`, in the exchange's zone.

        Of an intraday bar `year month day day_of_week hour minute` are those of its start, `minutes_since_open` runs
        from the regular open to its end (negative before the open, NaN on a day without a session), `phase` is 0 in
        the regular session, 1 before, 2 after it. A bar of a day or longer has neither hour nor minute (NaN).
        `session_id week_id month_id` count days, weeks and months; Monday is day 1 of the week.

        >>> parts = calendar("us_stocks").parts(np.array(["2019-12-24T18:00"], "M8[s]"), Interval.HOUR)
        >>> [float(parts[name][0]) for name in ("day_of_week", "hour", "minute", "minutes_since_open")]
        [2.0, 12.0, 30.0, 210.0]
        """
        seconds = _seconds(ts)
        if not interval.is_intraday:
            unknown = np.full(seconds.size, np.nan)
            clock = dict.fromkeys(("hour", "minute", "minutes_since_open"), unknown)
            return _date_parts(seconds // DAY) | _ids(seconds // DAY) | clock | {"phase": np.zeros(seconds.size)}
        placed = self._place(seconds, interval)
        since = np.where(placed.known, (placed.end - self.opens[placed.at]) / MINUTE, np.nan)
        return (
            _date_parts(placed.local // DAY)
            | _ids(placed.day)
            | {
                "hour": (placed.local % DAY // 3600).astype(np.float64),
                "minute": (placed.local % 3600 // MINUTE).astype(np.float64),
                "minutes_since_open": since,
                "phase": np.where(placed.known, placed.phase, np.nan),
            }
        )

    def _local(self, seconds: Ints) -> Ints:
        """UTC to the exchange's clock."""
        return seconds + self.offsets[np.maximum(np.searchsorted(self.switches, seconds, side="right") - 1, 0)]

    def _find(self, day: Ints) -> tuple[Ints, Truths]:
        """The place in `days` of each day (of the next session where it has none), and whether it has a session."""
        self._inside(day)
        at = np.searchsorted(self.days, day)
        return at.clip(max=self.days.size - 2), self.days[at] == day

    def _inside(self, day: Ints) -> None:
        if day.size and not (self.days[0] <= day.min() and day.max() < self.days[-1]):
            wrong = day.min() if day.min() < self.days[0] else day.max()
            raise DataError(
                expected=f"dates from {self.first} to {self.last} (the calendar {self.name})",
                found=str(np.datetime64(int(wrong), "D")),
                todo="check the stamps, or import with the calendar always_open",
            )

    def _ends_unit(self, at: Ints, interval: Interval) -> Truths:
        """Whether the session at each place is the last one of its week or month."""
        return _unit(self.days[at], interval) != _unit(self.days[at + 1], interval)

    def _place(self, end: Ints, frames: Interval) -> _Placed:
        """Lay bars that end at `end` on the sessions; one that runs over the close ends at the close."""
        day = self._local(end - 1) // DAY
        at, known = self._find(day)
        opens, closes = self.opens[at], self.closes[at]
        start = end - frames.seconds
        end = np.where(known & (start < closes) & (closes < end), closes, end)
        last = opens + (closes - opens - 1) // frames.seconds * frames.seconds
        begins = np.where(known & (end == closes), last, start)
        begins = np.where(known & (start < opens) & (opens < end), opens, begins)
        phase = np.where(end <= opens, BEFORE, np.where(end <= closes, REGULAR, AFTER))
        return _Placed(end=end, local=self._local(begins), day=day, at=at, known=known, phase=phase)

    def _within(self, placed: _Placed, session: Session) -> Truths:
        if session == "regular":
            return placed.known & (placed.phase == REGULAR)
        begins, ends = self.opens[placed.at] - self.before, self.closes[placed.at] + self.after
        return placed.known & (begins < placed.end) & (placed.end <= ends)

    def _anchored_end(self, placed: _Placed, length: int) -> Ints:
        """The end of the intraday period that a bar's end falls into; periods start at the open, and at the close."""
        opens, closes = self.opens[placed.at], self.closes[placed.at]
        base = np.where(placed.phase == AFTER, closes, opens)
        whole = base - (base - placed.end) // length * length
        return np.where(placed.phase == REGULAR, np.minimum(whole, closes), whole)


@functools.cache
def calendar(name: str) -> Calendar:
    """The calendar of this name; `SettingsError` names those there are.

    >>> us = calendar("us_stocks")
    >>> us.zone, str(us.last)
    ('America/New_York', '2034-12-31')
    """
    path = _SCHEDULES / f"{name}.json"
    if not path.is_file():
        known = " ".join(sorted(each.stem for each in _SCHEDULES.glob("*.json")))
        raise SettingsError(expected=f"a calendar ({known})", found=repr(name), todo="see market.json")
    return _read(name, json.loads(path.read_text(encoding="utf-8")))


def _read(name: str, facts: dict[str, Any]) -> Calendar:
    first, last = _days([facts["first"], facts["last"]]).tolist()
    days: Ints = np.arange(first, last + 1, dtype=np.int64)
    days = days[np.isin((days + 3) % 7 + 1, facts["week"])]
    days = days[~np.isin(days, _days(facts["closed"]))]
    hours = np.tile(np.array(facts["hours"], np.int64), (days.size, 1))
    special = cast("dict[str, list[int]]", facts["special"])
    if special:
        hours[np.searchsorted(days, _days(list(special)))] = list(special.values())
    switches = np.array([each[0] for each in facts["offsets"]], "M8[s]").astype(np.int64)
    offsets = np.array([each[1] for each in facts["offsets"]], np.int64) * MINUTE
    noon = days * DAY + DAY // 2  # zones change their clocks at night
    midnight = days * DAY - offsets[np.searchsorted(switches, noon, side="right") - 1]
    before, after = facts["extended"]
    return Calendar(
        name=name,
        zone=facts["zone"],
        days=np.append(days, last + 1),
        opens=midnight + hours[:, 0] * MINUTE,
        closes=midnight + hours[:, 1] * MINUTE,
        before=before * MINUTE,
        after=after * MINUTE,
        switches=switches,
        offsets=offsets,
    )


def _coarser(interval: Interval, frames: Interval) -> None:
    if interval < frames:
        raise SettingsError(
            expected=f"an interval of {frames} or longer, made from bars of {frames}",
            found=str(interval),
            todo="import finer bars",
        )


def _unit(day: Ints, interval: Interval) -> Ints:
    """The day, week (from Monday) or month since 1970 that a day belongs to."""
    if interval == Interval.DAY:
        return day
    if interval == Interval.WEEK:
        return (day + 3) // 7
    return day.astype("M8[D]").astype("M8[M]").astype(np.int64)


def _date_parts(day: Ints) -> dict[str, Floats]:
    dates = day.astype("M8[D]")
    months = dates.astype("M8[M]")
    month = months.astype(np.int64)
    return {
        "year": (month // 12 + 1970).astype(np.float64),
        "month": (month % 12 + 1).astype(np.float64),
        "day": ((dates - months).astype(np.int64) + 1).astype(np.float64),
        "day_of_week": ((day + 3) % 7 + 1).astype(np.float64),
    }


def _ids(day: Ints) -> dict[str, Floats]:
    names = (("session_id", Interval.DAY), ("week_id", Interval.WEEK), ("month_id", Interval.MONTH))
    return {name: _unit(day, interval).astype(np.float64) for name, interval in names}


def _days(dates: list[str]) -> Ints:
    return np.array(dates, "M8[D]").astype(np.int64)


def _seconds(ts: Times) -> Ints:
    return ts.astype("M8[s]").astype(np.int64)


def _times(seconds: Ints) -> Times:
    return seconds.astype("M8[s]")
