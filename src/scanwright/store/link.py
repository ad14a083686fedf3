"""A Redis that may be lost at any moment: asked with little patience, and left alone while it does not answer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeout

from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError

PATIENCE = 2.0  # seconds for an answer, which is asked for twice
BLOCK = 200  # milliseconds that a look of the reader waits for news
PAUSES = (0.5, 2.0)  # seconds between tries while it does not answer
THERE = "equal or smaller than the target stream top item"  # what Redis says to an event that it has
T = TypeVar("T")


class Link:
    """Two connections to a Redis: `client`, and `reader` for whoever waits for news.

    While it does not answer, every question is answered at once with what is known without it; one that may try again
    does so after a pause.
    """

    def __init__(self, url: str, clock: Clock, *, say: Callable[[str], None]) -> None:
        """Nothing is connected before it is needed. say: told when it is lost and when it is back."""
        self.client, self.reader = _client(url, PATIENCE), _client(url, PATIENCE + BLOCK / 1000)
        self._where = url.rsplit("@", 1)[-1].removeprefix("redis://")
        self._clock, self._say = clock, say
        self._pause, self._next, self._back = 0.0, 0.0, -math.inf
        self._is_closed = False

    @property
    def is_lost(self) -> bool:
        """Whether it did not answer when it was last asked."""
        return self._pause > 0

    @property
    def steady(self) -> float:
        """For how many seconds it has answered since it was last lost."""
        return 0.0 if self.is_lost else self._clock.monotonic() - self._back

    async def ask(self, ask: Callable[[], Awaitable[T]], *, default: T, again: bool = False) -> T:
        """What Redis answers; while it is lost, and when it gets lost, the default.

        again: try a lost one after a pause.
        """
        if self._is_closed:
            return default
        if self.is_lost and not (again and self._clock.monotonic() >= self._next):
            return default
        task = asyncio.current_task()
        cancels = task.cancelling() if task else 0
        try:
            try:
                found = await ask()
            except (RedisTimeout, TimeoutError):  # a loop that was held up cannot tell: an answer may have been there
                found = await ask()
        except (RedisError, OSError, TimeoutError) as error:
            if not (isinstance(error, ResponseError) and THERE in str(error)):
                self._lost(error)
            return default
        if task and task.cancelling() > cancels:  # `wait_for`, which redis uses, loses one that comes with the answer
            raise asyncio.CancelledError
        if self.is_lost:
            self._pause, self._back = 0.0, self._clock.monotonic()
            self._say(f"the Redis at {self._where} answers again: runs are shared through it again")
        return found

    async def close(self) -> None:
        """Close the connections; whoever still asks is told that nothing is known."""
        self._is_closed = True
        await self.client.aclose()
        await self.reader.aclose()

    def _lost(self, error: Exception) -> None:
        if not (self.is_lost or self._is_closed):
            how = "runs of other processes are followed in the record, later"
            self._say(f"the Redis at {self._where} does not answer ({error}); {how}")
        self._pause = min(max(2 * self._pause, PAUSES[0]), PAUSES[1])
        self._next = self._clock.monotonic() + self._pause


def _client(url: str, patience: float) -> Any:  # noqa: ANN401 - redis leaves its types open
    make: Callable[..., Any] = Client.from_url  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    try:
        return make(
            url, socket_timeout=patience, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0), protocol=2
        )
    except ValueError as error:
        todo = "write redis://HOST:PORT/0"
        raise SettingsError(expected="the address of a Redis", found=str(error), todo=todo) from error
