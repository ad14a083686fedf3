"""The exchange's own time: it stands, or runs at a speed, and can be set."""

from __future__ import annotations

from scanwright.model.clock import Clock


class Timeline:
    """Seconds since 1970 as the exchange counts them.

    >>> import datetime as dt
    >>> from scanwright.model.clock import SettableClock
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> time = Timeline(clock, start=1000, speed=60)
    >>> clock.advance(2)
    >>> time.now()
    1120
    """

    def __init__(self, clock: Clock, *, start: int, speed: float = 0.0) -> None:
        """At `start`; `speed` seconds pass in one of the clock's, none with 0."""
        self._clock, self._start, self.speed = clock, start, speed
        self._begun = clock.monotonic()

    def now(self) -> int:
        """The present of the exchange."""
        return self._start + int((self._clock.monotonic() - self._begun) * self.speed)

    def set(self, moment: int) -> None:
        """Go to a moment."""
        self._start, self._begun = moment, self._clock.monotonic()
