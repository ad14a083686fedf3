"""The nearest tier: this process's memory, bounded by bytes, the longest unused going first."""

from __future__ import annotations

import datetime as dt

from cachetools import LRUCache

from scanwright.data.cache.tier import Tally
from scanwright.model.clock import Clock


class Memory:
    """Bytes in memory.

    >>> import asyncio
    >>> from scanwright.model.clock import SettableClock
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> tier = Memory(clock, size=100)
    >>> asyncio.run(tier.put("a", b"1234", clock.now() + dt.timedelta(seconds=60)))
    >>> asyncio.run(tier.get("a")), tier.held
    (b'1234', 4)
    """

    name = "memory"

    def __init__(self, clock: Clock, *, size: int) -> None:
        """At most `size` bytes."""
        self._clock = clock
        self._held: LRUCache[str, tuple[bytes, dt.datetime]] = LRUCache(size, getsizeof=_size)
        self.tally = Tally()

    @property
    def held(self) -> int:
        """Bytes kept now."""
        return int(self._held.currsize)

    async def get(self, key: str) -> bytes | None:
        """The bytes of a key, if they are still to be kept."""
        content, keep = self._held.get(key, (None, self._clock.now()))
        if content is not None and keep <= self._clock.now():
            del self._held[key]
            content = None
        return self.tally.counted(content)

    async def put(self, key: str, content: bytes, keep: dt.datetime) -> None:
        """Keep bytes; what is larger than the whole tier is passed over."""
        if len(content) <= self._held.maxsize:
            self._held[key] = (content, keep)
            self.tally.bytes_written += len(content)

    async def drop(self, key: str) -> None:
        """Forget a key."""
        self._held.pop(key, None)

    async def claim(self, key: str) -> bool:
        """Nobody else sees this tier."""
        del key
        return True

    async def release(self, key: str) -> None:
        """Nobody waits."""

    async def close(self) -> None:
        """Nothing to let go of."""


def _size(kept: tuple[bytes, dt.datetime]) -> int:
    return len(kept[0])
