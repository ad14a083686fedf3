"""Within a provider's limits: so many requests at once, so many in a time, and silence for as long as it asks for.

Whoever is told to wait halves what may be open at once, and earns it back answer by answer: so a limit that is lower
than the stated one is found in a few requests, and nobody is refused again and again.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
from collections.abc import AsyncGenerator

from aiolimiter import AsyncLimiter

from scanwright.data.fetching.around import Around
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Provider, Want
from scanwright.model.clock import Clock
from scanwright.model.errors import RateLimited

CATCH_UP = 0.5  # seconds' worth of requests that may go together, to make up for late turns of the loop
LOOKED_AT = 40  # latest requests
TOO_MANY = 0.25  # of them told to wait: the limit that was stated is not the one that holds
SLOWER = 0.8
PAUSE = 1.0  # seconds of silence where the provider does not say how long


class Limited(Around):
    """A provider that is never asked faster than it allows."""

    def __init__(self, inner: Provider, clock: Clock, tally: Tally) -> None:
        """Take the limits from the provider's costs."""
        super().__init__(inner)
        self._clock, self._tally = clock, tally
        self._rate = inner.costs.requests / inner.costs.seconds
        self._window = float(inner.costs.at_once)
        self._open = 0
        self._room = asyncio.Condition()
        self._limiter = _limiter(self._rate)
        self._begun = False
        self._silent_until = 0.0
        self._told_to_wait: collections.deque[bool] = collections.deque(maxlen=LOOKED_AT)

    @property
    def rate(self) -> float:
        """Requests a second at present: what is stated, or less where that proved too many."""
        return self._rate

    async def ask(self, want: Want) -> Answer:
        """Wait for a turn, then ask."""
        async with self._slot():
            await self._turn()
            sent = 1
            try:
                answer = await self.inner.ask(want)
                sent = answer.requests
            except RateLimited as error:
                self._hear(error)
                raise
            finally:
                self._tally.requests += sent
                self._tally.dollars += sent * self.inner.costs.dollars
                self._tally.kinds[type(want).__name__] += sent
            self._told_to_wait.append(False)
            self._window = min(self._window + 1 / self._window, float(self.inner.costs.at_once))
        if not self.inner.costs.paced:
            for _ in range(answer.requests - 1):  # pages went out without a turn of their own: the next wait for them
                await self._limiter.acquire()
        return answer

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None]:
        """A place among those that may be open at once."""
        async with self._room:
            await self._room.wait_for(lambda: self._open < max(int(self._window), 1))
            self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            async with self._room:
                self._room.notify_all()

    async def _turn(self) -> None:
        if not self._begun:
            self._begun = True  # nothing is to be made up for yet
            await self._limiter.acquire(self._limiter.max_rate - 1)
        while True:
            await self._limiter.acquire()
            left = self._silent_until - self._clock.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)

    def _hear(self, error: RateLimited) -> None:
        """Be silent for as long as was said; where it is said again and again, go slower."""
        self._tally.told_to_wait += 1
        pause = PAUSE if error.retry_after is None else error.retry_after
        if self._clock.monotonic() >= self._silent_until:  # of those that went out together, one speaks for all
            self._window = max(self._window / 2, 1.0)
        self._silent_until = max(self._silent_until, self._clock.monotonic() + pause)
        self._told_to_wait.append(True)
        if len(self._told_to_wait) == LOOKED_AT and sum(self._told_to_wait) > TOO_MANY * LOOKED_AT:
            self._rate *= SLOWER
            self._limiter, self._begun = _limiter(self._rate), False
            self._told_to_wait.clear()


def _limiter(rate: float) -> AsyncLimiter:
    together = max(1.0, rate * CATCH_UP)
    return AsyncLimiter(together, together / rate)
