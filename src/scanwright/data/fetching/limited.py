"""Within a provider's limits: so many requests at once, so many in a time, and silence for as long as it asks for.

A limit that the provider states while it answers holds from then on. One that it does not state is found: whoever is
told to wait halves what may be open at once and goes a little slower, and earns both back answer by answer; where many
of the latest requests were told to wait, the rate is what was answered of them in their time.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
from collections.abc import AsyncGenerator

from aiolimiter import AsyncLimiter

from scanwright.data.fetching.around import Around
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Costs, Provider, Want
from scanwright.model.clock import Clock
from scanwright.model.errors import RateLimited

CATCH_UP = 0.5  # seconds' worth of requests that may go together, to make up for late turns of the loop
LOOKED_AT = 12  # latest requests
TOO_MANY = 0.25  # of them told to wait: the limit that was stated is not the one that holds
SLOWER, LEAST = 0.8, 0.1  # what the rate becomes then, of the present one: at most, at least
STEP_DOWN, STEP_UP = 0.97, 1.003  # with a request that is told to wait, and one that is answered: one in ten is borne
FELT = 0.05  # a rate that differs by less goes on as it was
PAUSE = 1.0  # seconds of silence where the provider does not say how long


class Limited(Around):
    """A provider that is never asked faster than it allows."""

    def __init__(self, inner: Provider, clock: Clock, tally: Tally) -> None:
        """Take the limits from the provider's costs."""
        super().__init__(inner)
        self._clock, self._tally = clock, tally
        self._stated = self._rate = inner.costs.requests / inner.costs.seconds
        self._window = float(inner.costs.at_once)
        self._open = 0
        self._room = asyncio.Condition()
        self._limiter, self._limited_to = _limiter(self._rate), self._rate
        self._begun = False
        self._silent_until = 0.0
        self._latest: collections.deque[tuple[float, bool]] = collections.deque(maxlen=LOOKED_AT)

    @property
    def rate(self) -> float:
        """Requests a second at present: what is stated, or less where that proved too many."""
        return self._rate

    @property
    def costs(self) -> Costs:
        """The inner one's, at the rate of the present."""
        return dataclasses.replace(self.inner.costs, requests=self._rate, seconds=1.0)

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
            self._answered()
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

    def _answered(self) -> None:
        """Take what is stated by now, else earn back what was lost."""
        costs = self.inner.costs
        self._latest.append((self._clock.monotonic(), True))
        self._window = min(self._window + 1 / self._window, float(costs.at_once))
        stated, before = costs.requests / costs.seconds, self._stated
        self._stated = stated
        self._go_at(stated if stated != before else min(self._rate * STEP_UP, stated))

    def _hear(self, error: RateLimited) -> None:
        """Be silent for as long as was said, and go slower; much slower where that is said again and again."""
        self._tally.told_to_wait += 1
        pause, now = PAUSE if error.retry_after is None else error.retry_after, self._clock.monotonic()
        self._latest.append((now, False))
        if now >= self._silent_until:  # of those that went out together, one speaks for all
            self._window = max(self._window / 2, 1.0)
            self._go_at(self._rate * STEP_DOWN)
        self._silent_until = max(self._silent_until, now + pause)
        answered = sum(is_answered for _, is_answered in self._latest)
        if len(self._latest) == LOOKED_AT and LOOKED_AT - answered > TOO_MANY * LOOKED_AT:
            took = now - self._latest[0][0]
            found = answered / took if took > 0 else self._rate
            self._go_at(min(max(found, LEAST * self._rate), SLOWER * self._rate))
            self._latest.clear()

    def _go_at(self, rate: float) -> None:
        """Go at a rate from now on; nothing is made up for that another one allowed."""
        self._rate = rate
        if abs(rate / self._limited_to - 1) > FELT or rate == self._stated != self._limited_to:
            self._limiter, self._limited_to, self._begun = _limiter(rate), rate, False


def _limiter(rate: float) -> AsyncLimiter:
    together = max(1.0, rate * CATCH_UP)
    return AsyncLimiter(together, together / rate)
