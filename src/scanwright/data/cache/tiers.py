"""The tiers together: asked from the nearest to the farthest, and what a farther one had is put into the nearer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scanwright.data.cache.disk import Disk
from scanwright.data.cache.entry import Entry, packed, unpacked
from scanwright.data.cache.memory import Memory
from scanwright.data.cache.tier import Tally, Tier
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError

MEGABYTE = 1 << 20
LOOK = 0.05  # seconds between two looks while another process asks
WAIT = 60.0  # seconds after which nobody waits for another process any more


class Tiers:
    """A cache of entries in several tiers, the nearest first.

    >>> import datetime as dt
    >>> from scanwright.model.clock import SettableClock
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> tiers = Tiers([Memory(clock, size=1000)], clock)
    >>> asyncio.run(tiers.find("nothing")) is None, tiers.tallies()["memory"].misses
    (True, 1)
    """

    def __init__(self, tiers: Sequence[Tier], clock: Clock, *, disk: Disk | None = None) -> None:
        """The tiers, the nearest first; `disk`, one of them, keeps the counts of all processes."""
        self._tiers, self._clock, self._disk = tiers, clock, disk

    async def find(self, key: str) -> tuple[Entry, str] | None:
        """The freshest entry of a key and the tier that had it; fresh ones end the search."""
        best: tuple[Entry, str] | None = None
        nearer: list[Tier] = []
        for tier in self._tiers:
            entry = await self._entry(tier, key)
            if entry is not None and (best is None or entry.fresh > best[0].fresh):
                best = entry, tier.name
            if entry is not None and entry.is_fresh(self._clock.now()):
                content = packed(entry) if nearer else b""
                for each in nearer:
                    await each.put(key, content, entry.keep)
                break
            nearer.append(tier)
        return best

    async def keep(self, key: str, entry: Entry) -> None:
        """Put an entry into every tier."""
        content = packed(entry)
        for tier in self._tiers:
            await tier.put(key, content, entry.keep)

    async def claim(self, key: str) -> tuple[Entry, str] | None:
        """Become the one to ask for a key; or the fresh entry that somebody else came with meanwhile, and its tier."""
        begun = self._clock.monotonic()
        while not await self._claimed(key) and self._clock.monotonic() - begun < WAIT:
            await asyncio.sleep(LOOK)
            found = await self.find(key)
            if found and found[0].is_fresh(self._clock.now()):
                return found
        return None

    async def release(self, key: str) -> None:
        """Let others ask."""
        for tier in self._tiers:
            await tier.release(key)

    def served_stale(self, tier: str) -> None:
        """Count an old entry that stood in for a newer one."""
        for each in self._tiers:
            if each.name == tier:
                each.tally.stale += 1

    def tallies(self) -> Mapping[str, Tally]:
        """What each tier did in this process."""
        return {tier.name: tier.tally for tier in self._tiers}

    async def close(self) -> None:
        """Write down what was done, and let go of files and connections."""
        if self._disk is not None:
            await self._disk.record(self.tallies())
        for tier in self._tiers:
            await tier.close()

    async def _entry(self, tier: Tier, key: str) -> Entry | None:
        content = await tier.get(key)
        if content is None:
            return None
        try:
            return unpacked(content)
        except (ValueError, KeyError):
            tier.tally.failures += 1
            await tier.drop(key)
            return None

    async def _claimed(self, key: str) -> bool:
        """Claim a key in every tier, or in none."""
        for at, tier in enumerate(self._tiers):
            if not await tier.claim(key):
                for each in self._tiers[:at]:
                    await each.release(key)
                return False
        return True


def opened(
    folder: Path,
    clock: Clock,
    *,
    say: Callable[[str], None],
    memory: int = 64 * MEGABYTE,
    disk: int = 1024 * MEGABYTE,
    redis: str = "",
) -> Tiers:
    """Memory and disk, and Redis where its address is given.

    say: told when Redis is lost and when it is back. memory, disk: bytes at most.
    """
    on_disk = Disk(folder, clock, size=disk)
    tiers: list[Tier] = [Memory(clock, size=memory), on_disk]
    if redis:
        tiers.append(_shared(redis, clock, say, largest=memory))
    return Tiers(tiers, clock, disk=on_disk)


async def totals(folder: Path, clock: Clock) -> tuple[Mapping[str, Tally], tuple[int, int]]:
    """What all processes did with the cache of a folder, by tier, and how many entries and bytes are on the disk."""
    if not await asyncio.to_thread(folder.is_dir):
        return {}, (0, 0)
    disk = Disk(folder, clock, size=0)
    try:
        return await disk.totals(), await disk.held()
    finally:
        await disk.close()


def _shared(url: str, clock: Clock, say: Callable[[str], None], *, largest: int) -> Tier:
    try:
        from scanwright.data.cache.redis import Redis
    except ModuleNotFoundError as error:
        todo = "pip install 'scanwright[redis]', or take the address out of the settings"
        raise SettingsError(expected="the library redis for a shared cache", found=str(error), todo=todo) from error
    return Redis(url, clock, say=say, largest=largest)
