"""The stamps that a calendar has bars at: where the present stands among them, and which of them a stretch covers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

import numpy as np

from scanwright.model.calendars import Calendar
from scanwright.model.errors import SettingsError
from scanwright.model.interval import DAY, Interval
from scanwright.model.panel import Ints

AHEAD = 10 * DAY  # how far behind the present stamps are laid out, so that the forming bar is among them


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Grid:
    """Stamps in seconds since 1970, rising, and the moments at which their bars begin and are whole.

    A stamp is a session's date (at midnight) or, for intraday, the END of a bar; extended hours are among them.
    """

    interval: Interval
    stamps: Ints
    begins: Ints
    ends: Ints

    def whole(self, moment: dt.datetime) -> int:
        """How many bars are whole at a moment: all before this place."""
        return int(np.searchsorted(self.ends, int(moment.timestamp()), side="right"))

    def is_forming(self, at: int, moment: dt.datetime) -> bool:
        """Whether the bar at a place has begun and is not whole."""
        inside = 0 <= at < len(self.stamps)
        return inside and bool(self.begins[at] < int(moment.timestamp()) < self.ends[at])

    def place(self, stamp: int) -> int:
        """The place of the first bar at or after a stamp."""
        return int(np.searchsorted(self.stamps, stamp))

    def places(self, first: int, last: int) -> tuple[int, int]:
        """The places that a stretch between two stamps covers: from the one, up to before the other."""
        return self.place(first), int(np.searchsorted(self.stamps, last, side="right"))

    def span(self, start: int, stop: int) -> tuple[np.datetime64, np.datetime64]:
        """What to ask for, both included, to have the bars of these places.

        Of an intraday stretch the first stamp is the second after the bar before: a provider's bars may end elsewhere
        than the calendar lays them.
        """
        first = int(self.stamps[start])
        if self.interval.is_intraday:
            first = int(self.begins[start]) + 1
        return np.datetime64(first, "s"), np.datetime64(int(self.stamps[stop - 1]), "s")

    def settled(self, asked: int) -> int:
        """The first place whose bar may still be corrected after it was told at a moment: it was a day old at most."""
        return int(np.searchsorted(self.ends, asked - DAY, side="right"))


def grid_of(calendar: Calendar, interval: Interval, first: np.datetime64, moment: dt.datetime) -> Grid:
    """The stamps from a date until some days after a moment.

    >>> from scanwright.model.calendars import calendar
    >>> friday = dt.datetime(2015, 4, 3, 15, tzinfo=dt.UTC)  # Good Friday
    >>> grid = grid_of(calendar("us_stocks"), Interval.DAY, np.datetime64("2015-04-01"), friday)
    >>> [str(each) for each in grid.stamps[:3].astype("M8[s]").astype("M8[D]")], grid.whole(friday)
    (['2015-04-01', '2015-04-02', '2015-04-06'], 2)
    """
    if interval > Interval.DAY:
        raise SettingsError(
            expected="bars of a day or finer",
            found=interval.value,
            todo="update 1d: weeks and months are made from days",
        )
    until = np.datetime64(int(moment.timestamp()) + AHEAD, "s")
    low, high = (min(max(each.astype("M8[D]"), calendar.first), calendar.last) for each in (first, until))
    days = calendar.sessions(low, high)
    opens, closes = (each.astype("M8[s]").astype(np.int64) for each in calendar.open_close(days))
    if not interval.is_intraday:
        return Grid(interval=interval, stamps=days.astype("M8[s]").astype(np.int64), begins=opens, ends=closes)
    ends = _laid(zip(opens - calendar.before, closes + calendar.after, strict=True), interval.seconds)
    return Grid(interval=interval, stamps=ends, begins=ends - interval.seconds, ends=ends)


def _laid(sessions: Iterable[tuple[int, int]], step: int) -> Ints:
    """Bars of one length from the beginning of each session to its end; the last may be shorter."""
    laid = [np.minimum(np.arange(begin + step, end + step, step, dtype=np.int64), end) for begin, end in sessions]
    return np.concatenate(laid) if laid else np.empty(0, np.int64)
