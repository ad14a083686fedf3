"""What callers of several servers ask for, counted in one place: requests by the minute, and what is open at once.

Redis counts by its own clock, in one step each, so that of two servers that ask together neither lets too much through.
What a server holds open is forgotten when it says nothing for the length of a lease. While Redis is lost nothing is
known, and each server goes by its own counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanwright.store.link import Link

MINUTE = 60_000  # milliseconds in which a bucket fills
HELD = 6_000  # milliseconds that what a server holds open is counted without a further word
NOW = "local t = redis.call('time') local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
TAKE = f"""{NOW}
local full, minute = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('hmget', KEYS[1], 'left', 'at')
local left, at = tonumber(kept[1]) or full, tonumber(kept[2]) or now
left = math.min(full, left + math.max(0, now - at) * full / minute)
local wait = 0
if left < 1 then wait = math.ceil((1 - left) * minute / full) else left = left - 1 end
redis.call('hset', KEYS[1], 'left', string.format('%.6f', left), 'at', string.format('%.0f', now))
redis.call('pexpire', KEYS[1], 2 * minute)
return wait
"""
HOLD = f"""{NOW}
local own, mine, most, length = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local all, sum = redis.call('hgetall', KEYS[1]), mine
for at = 1, #all, 2 do
    local count, ends = string.match(all[at + 1], '(%d+) (%d+)')
    if tonumber(ends) < now then redis.call('hdel', KEYS[1], all[at])
    elseif all[at] ~= own then sum = sum + tonumber(count) end
end
if most >= 0 and sum > most then return 0 end
if mine == 0 then redis.call('hdel', KEYS[1], own) return 1 end
redis.call('hset', KEYS[1], own, string.format('%d %.0f', mine, now + length))
redis.call('pexpire', KEYS[1], length)
return 1
"""
ANY = -1  # as a limit: none


class Quotas:
    """The counts of one market's servers, as one of them sees and adds to them."""

    def __init__(self, link: Link, space: str, process: str) -> None:
        """space: what the keys begin with. process: this server's own name."""
        self._link, self._space, self._process = link, space, process
        self._take, self._hold = (link.client.register_script(each) for each in (TAKE, HOLD))

    async def wait(self, caller: str, most: int) -> float | None:
        """Take one request of so many a minute; the seconds until there is one, 0 where it was taken."""
        words = (str(most), str(MINUTE))
        key = f"{self._space}requests:{caller}"
        found: Any = await self._link.ask(lambda: self._take(keys=[key], args=words), default=None)
        return None if found is None else int(found) / 1000

    async def enter(self, kind: str, caller: str, mine: int, most: int) -> bool | None:
        """Hold `mine` of a kind here, where all servers together then hold no more than `most`; whether that is so."""
        words = (self._process, str(mine), str(most), str(HELD))
        key = self._key(kind, caller)
        found: Any = await self._link.ask(lambda: self._hold(keys=[key], args=words), default=None)
        return None if found is None else bool(found)

    async def hold(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Say anew what this server holds of each kind for each caller; nothing any more where it is 0."""

        async def write() -> bool:
            async with self._link.client.pipeline(transaction=False) as batch:
                for (kind, caller), mine in counts.items():
                    words = (self._process, str(mine), str(ANY), str(HELD))
                    await self._hold(keys=[self._key(kind, caller)], args=words, client=batch)
                await batch.execute()
            return True

        if counts:
            await self._link.ask(write, default=False)

    def _key(self, kind: str, caller: str) -> str:
        return f"{self._space}open:{kind}:{caller}"
