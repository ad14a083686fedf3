"""The shared tier: a Redis that several machines look into.

When it does not answer, everything goes on without it and says so once; it is tried again after a pause that doubles
up to half a minute, and used again as soon as it answers. How much it may hold in all is its own setting
(`maxmemory`, `maxmemory-policy allkeys-lru`); each entry carries its end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis as Client
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import LockError, RedisError

from scanwright.data.cache.tier import Tally
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError

PREFIX = "scanwright:"
PATIENCE = 0.5  # seconds for an answer
PAUSES = (1.0, 30.0)
CLAIMED = 30.0  # seconds after which the claim of a process that died is void
T = TypeVar("T")


class Redis:
    """Bytes in a Redis server.

    say: told when it is lost and when it is back.
    """

    name = "redis"

    def __init__(self, url: str, clock: Clock, *, say: Callable[[str], None], largest: int) -> None:
        """Nothing is connected before it is needed; entries larger than `largest` bytes are passed over."""
        try:
            self._client = Client.from_url(  # pyright: ignore[reportUnknownMemberType] - redis leaves its keywords open
                url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError as error:
            todo = "write redis://HOST:PORT/0"
            raise SettingsError(expected="the address of a Redis", found=str(error), todo=todo) from error
        self._where = url.rsplit("@", 1)[-1].removeprefix("redis://")
        self._clock, self._say, self._largest = clock, say, largest
        self._pause, self._next = 0.0, 0.0
        self._claims: dict[str, Lock] = {}
        self.tally = Tally()

    @property
    def is_lost(self) -> bool:
        """Whether it did not answer when it was last asked."""
        return self._pause > 0

    async def get(self, key: str) -> bytes | None:
        """The bytes of a key, or nothing."""
        content = await self._try(lambda: self._client.get(PREFIX + key), None)
        return self.tally.counted(content if isinstance(content, bytes) else None)

    async def put(self, key: str, content: bytes, keep: dt.datetime) -> None:
        """Keep bytes until a moment."""
        left = int((keep - self._clock.now()).total_seconds() * 1000)
        if left <= 0 or len(content) > self._largest:
            return
        if await self._try(lambda: self._client.set(PREFIX + key, content, px=left), None):
            self.tally.bytes_written += len(content)

    async def drop(self, key: str) -> None:
        """Forget a key."""
        await self._try(lambda: self._client.unlink(PREFIX + key), None)

    async def claim(self, key: str) -> bool:
        """Whether nobody else asks for this key now; where Redis is lost, everybody asks for himself."""
        lock = Lock(self._client, f"{PREFIX}claim:{key}", timeout=CLAIMED, blocking=False, thread_local=False)
        held = await self._try(lock.acquire, None)
        if held:
            self._claims[key] = lock
        return held is not False

    async def release(self, key: str) -> None:
        """Let others ask for it."""
        lock = self._claims.pop(key, None)
        if lock is not None:
            await self._try(lambda: _released(lock), None)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _try(self, ask: Callable[[], Awaitable[T]], default: T) -> T:
        """What Redis answers; while it is lost, and when it gets lost, the default."""
        if self.is_lost and self._clock.monotonic() < self._next:
            return default
        try:
            found = await ask()
        except (RedisError, OSError, TimeoutError) as error:
            self._lost(error)
            return default
        if self.is_lost:
            self._pause = 0.0
            self._say(f"the cache at {self._where} answers again and is used again")
        return found

    def _lost(self, error: Exception) -> None:
        self.tally.failures += 1
        if not self.is_lost:
            self._say(f"the cache at {self._where} does not answer ({error}); going on without it, slower")
        self._pause = min(max(2 * self._pause, PAUSES[0]), PAUSES[1])
        self._next = self._clock.monotonic() + self._pause


async def _released(lock: Lock) -> None:
    try:
        await lock.release()
    except LockError:
        return  # it was void already: whoever waited has asked
