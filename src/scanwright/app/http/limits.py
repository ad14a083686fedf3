"""How much a caller may ask: a bucket that fills again for requests, a count for what is open at the same time."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator

from scanwright.app.keys import Caller
from scanwright.model.clock import Clock

MINUTE = 60.0
KNOWN = 10_000  # callers that are remembered


class Limiter:
    """What callers have asked lately.

    >>> import datetime as dt
    >>> from scanwright.app.keys import Limits
    >>> from scanwright.model.clock import SettableClock
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> limiter, caller = Limiter(clock), Caller(id="a", name="", scopes=frozenset(), limits=Limits(requests=2))
    >>> [limiter.wait(caller) for _ in range(3)]
    [0.0, 0.0, 30.0]
    >>> clock.advance(30)
    >>> limiter.wait(caller)
    0.0
    """

    def __init__(self, clock: Clock) -> None:
        """Nobody has asked."""
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._streams: Counter[str] = Counter()

    def wait(self, caller: Caller) -> float:
        """Take one request; the seconds after which it may be asked again, 0 where it is let through."""
        now, full = self._clock.monotonic(), float(caller.limits.requests)
        left, before = self._left.pop(caller.id, (full, now))
        left = min(full, left + (now - before) * full / MINUTE)
        taken = left >= 1 - 1e-9
        self._left[caller.id] = (left - 1 if taken else left, now)
        while len(self._left) > KNOWN:
            del self._left[next(iter(self._left))]
        return 0.0 if taken else (1 - left) * MINUTE / full

    def streams(self, caller: Caller) -> int:
        """How many readers of a caller are open."""
        return self._streams[caller.id]

    @contextlib.contextmanager
    def reading(self, caller: Caller) -> Generator[None]:
        """A reader that is open."""
        self._streams[caller.id] += 1
        try:
            yield
        finally:
            self._streams[caller.id] -= 1
            if not self._streams[caller.id]:
                del self._streams[caller.id]

    @property
    def open(self) -> int:
        """How many readers are open."""
        return self._streams.total()
