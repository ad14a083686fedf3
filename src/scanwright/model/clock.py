"""Time is handed in: whoever needs the present asks a clock."""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the time; the wall clock stands in `app`, tests set their own."""

    def now(self) -> dt.datetime:
        """The present, with zone."""
        ...

    def monotonic(self) -> float:
        """Seconds from some fixed moment, never going back."""
        ...


class SettableClock:
    """A clock that stands still until somebody moves it.

    >>> clock = SettableClock(dt.datetime(2026, 1, 5, 16, tzinfo=dt.UTC))
    >>> clock.advance(90)
    >>> clock.now().minute
    1
    """

    def __init__(self, start: dt.datetime) -> None:
        """Stand at `start`, which must carry a zone."""
        self._start = start
        self._elapsed = 0.0

    def advance(self, seconds: float) -> None:
        """Move on."""
        self._elapsed += seconds

    def now(self) -> dt.datetime:
        """The start plus what has passed."""
        return self._start + dt.timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """What has passed."""
        return self._elapsed
