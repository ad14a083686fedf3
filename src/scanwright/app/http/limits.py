"""How much a caller may ask: a bucket that fills again for requests, a count for what is open at the same time.

Several servers that share their runs count together; what one of them counts by itself is never more than the limit, so
where the others cannot be asked it goes by that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from scanwright.app.keys import Caller
from scanwright.model.clock import Clock

if TYPE_CHECKING:
    from scanwright.store.quotas import Quotas

MINUTE = 60.0
KNOWN = 10_000  # callers that are remembered
RENEW = 1.5  # seconds between two words to the other servers about what is open here
Kind = Literal["runs", "streams"]


class Place:
    """One of the runs or readers that a caller may have at once; free again after its context, unless it is kept."""

    def __init__(self, free: Callable[[], None]) -> None:
        """It is taken; `free` gives it back."""
        self._free: Callable[[], None] | None = free
        self._is_kept = False

    def keep(self) -> Place:
        """Leave it taken until `free` is called."""
        self._is_kept = True
        return self

    def free(self) -> None:
        """Give it back, once."""
        free, self._free = self._free, None
        if free is not None:
            free()

    def __enter__(self) -> Self:
        """It is taken."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free it, unless it is kept."""
        if not self._is_kept:
            self.free()


class Limiter:
    """What callers have asked lately.

    >>> import datetime as dt
    >>> from scanwright.app.keys import Limits
    >>> from scanwright.model.clock import SettableClock
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> limiter = Limiter(clock)
    >>> caller = Caller(id="a", name="", scopes=frozenset(), limits=Limits(requests=2, runs=1))
    >>> async def story():
    ...     waits = [await limiter.wait(caller) for _ in range(3)]
    ...     clock.advance(30)
    ...     with await limiter.place("runs", caller):
    ...         return waits, await limiter.wait(caller), await limiter.place("runs", caller)
    >>> asyncio.run(story())
    ([0.0, 0.0, 30.0], 0.0, None)
    """

    def __init__(self, clock: Clock, others: Quotas | None = None) -> None:
        """Nobody has asked. others: what all servers count together."""
        self._clock, self._others = clock, others
        self._left: dict[str, tuple[float, float]] = {}
        self._open: Counter[tuple[str, str]] = Counter()
        self._changed: dict[tuple[str, str], None] = {}
        self._change = asyncio.Event()

    async def wait(self, caller: Caller) -> float:
        """Take one request; the seconds after which it may be asked again, 0 where it is let through."""
        wait = self._wait(caller)
        if wait or self._others is None:
            return wait
        return await self._others.wait(caller.id, caller.limits.requests) or 0.0

    async def place(self, kind: Kind, caller: Caller) -> Place | None:
        """A place of a kind, nothing where the caller has all that they may have."""
        key, most = (kind, caller.id), getattr(caller.limits, kind)
        if self._open[key] >= most:
            return None
        self._open[key] += 1  # before others are asked, so that nobody takes it meanwhile
        place = Place(lambda: self._freed(key))
        try:
            others = None if self._others is None else await self._others.enter(*key, self._open[key], most)
        except asyncio.CancelledError:
            place.free()
            raise
        if others is False:
            place.free()
            return None
        return place

    def open(self, kind: Kind) -> int:
        """How many of a kind are open here."""
        return sum(count for (of, _), count in self._open.items() if of == kind)

    async def tell(self) -> None:
        """Say to the other servers what is open here: when that becomes less, and else once in a while."""
        while self._others is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW):
                    await self._change.wait()
            self._change.clear()
            changed, self._changed = self._changed, {}
            await self._others.hold({key: self._open[key] for key in {**changed, **self._open}})

    def _wait(self, caller: Caller) -> float:
        now, full = self._clock.monotonic(), float(caller.limits.requests)
        left, before = self._left.pop(caller.id, (full, now))
        left = min(full, left + (now - before) * full / MINUTE)
        taken = left >= 1 - 1e-9
        self._left[caller.id] = (left - 1 if taken else left, now)
        while len(self._left) > KNOWN:
            del self._left[next(iter(self._left))]
        return 0.0 if taken else (1 - left) * MINUTE / full

    def _freed(self, key: tuple[str, str]) -> None:
        self._open[key] -= 1
        if not self._open[key]:
            del self._open[key]
        self._changed[key] = None
        self._change.set()
