"""What runs tell, in Redis Streams, for other processes that serve the same market.

A run has one stream: an entry an event, its bytes as they are, `SEQ-0` as its number; it holds the latest events and
goes some time after the end. Beside it lies the lease of the process that does the run, which it renews while it lives,
with the run as it stands. One more stream carries what is asked of whoever does a run: to end it. Nothing here is the
only copy: what Redis loses is in the record.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanwright.model.clock import Clock
from scanwright.model.run import Event, RunRecord
from scanwright.store.link import BLOCK, Link
from scanwright.store.quotas import Quotas

MOST = 20_000  # events of a run; Redis trims by whole nodes, so some more stay
KEPT = dt.timedelta(hours=1)  # of a run that tells nothing
AFTER = dt.timedelta(minutes=10)  # of a run that is over
LEASE = dt.timedelta(seconds=6)
ASKED = 1000  # latest requests that are kept
PAGE = 500  # events of a run at a look
FACTS = ("id", "status", "definition", "asked", "plan_hash", "market", "hits")
HOLD = """
local held, dead = redis.call('get', KEYS[1]), ARGV[4]
local is_theirs = held and string.sub(held, 1, #ARGV[1]) ~= ARGV[1]
if is_theirs and (dead == '' or string.sub(held, 1, #dead) ~= dead) then return 0 end
redis.call('set', KEYS[1], ARGV[1] .. ARGV[2], 'px', ARGV[3])
return 1
"""
RELEASE = """
local held = redis.call('get', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 1
"""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What a look found: events by run, and the runs that somebody wants ended."""

    events: Mapping[str, Sequence[Event]] = dataclasses.field(default_factory=dict[str, Sequence[Event]])
    ended: Sequence[str] = ()


class Streams:
    """The streams of one market's runs, as one process sees them; `quotas` counts what callers ask of all processes.

    While Redis does not answer, every call says at once that it knows nothing; `news` tries it again after a pause.
    """

    def __init__(self, url: str, market: str, clock: Clock, *, say: Callable[[str], None]) -> None:
        """Nothing is connected before it is needed. say: told when Redis is lost and when it is back."""
        self._link = Link(url, clock, say=say)
        self._client, self._reader, self._try = self._link.client, self._link.reader, self._link.ask
        self._hold, self._release = (self._client.register_script(each) for each in (HOLD, RELEASE))
        process = secrets.token_hex(8)
        self._space, self._process = f"scanwright:{market}:", f"{process} "
        self._asked = ""  # the latest request that was read; none before the first look
        self.quotas = Quotas(self._link, self._space, process)

    @property
    def is_lost(self) -> bool:
        """Whether it did not answer when it was last asked."""
        return self._link.is_lost

    @property
    def has_leases(self) -> bool:
        """Whether a lease that is not there was given up: one that was lost with Redis would have been renewed."""
        return self._link.steady > LEASE.total_seconds()

    async def put(self, run: str, events: Sequence[Event], *, anew: bool) -> bool:
        """Add events; whether they are there. anew: in place of whatever an earlier process has left."""
        key = self._key("events", run)

        async def write() -> bool:
            async with self._client.pipeline(transaction=True) as batch:
                if anew:
                    batch.delete(key)
                for each in events:
                    fields: dict[Any, Any] = {"type": each.type, "line": each.line}
                    batch.xadd(key, fields, id=f"{each.seq}-0", maxlen=MOST, approximate=True)
                batch.expire(key, KEPT)
                await batch.execute()
            return True

        return await self._try(write, default=False)

    async def close_run(self, run: str) -> None:
        """It is over: its stream goes some time from now, and its lease at once."""
        await self._try(lambda: self._client.expire(self._key("events", run), AFTER), default=False)
        await self.release(run)

    async def since(self, run: str, after: int, most: int) -> Sequence[Event]:
        """The events after one, as far as they are here."""
        found: Sequence[Any] = await self._try(
            lambda: self._client.xrange(self._key("events", run), min=f"({after}-0", count=most), default=()
        )
        return _events(found)

    async def last(self, run: str) -> int:
        """The number of the latest event; 0 where there is none."""
        found: Sequence[Any] = await self._try(
            lambda: self._client.xrevrange(self._key("events", run), count=1), default=()
        )
        return _events(found)[0].seq if found else 0

    async def holder(self, run: str) -> str:
        """The name of the process that holds a run's lease; nothing where none does."""
        held: bytes | None = await self._try(lambda: self._client.get(self._key("lease", run)), default=None)
        return held.split(b" ", 1)[0].decode() + " " if held else ""

    async def hold(self, run: RunRecord, *, dead: str = "") -> bool | None:
        """Renew this process's lease of a run; False where another process holds it, None where nobody can say.

        dead: a process whose lease is nobody's any more.
        """
        facts = {name: getattr(run, name) for name in FACTS} | {"started": run.started.isoformat()}
        length = int(LEASE.total_seconds() * 1000)
        words = (self._process, json.dumps(facts, ensure_ascii=False), str(length), dead)
        key = self._key("lease", run.id)
        found: Any = await self._try(lambda: self._hold(keys=[key], args=words), default=None)
        return None if found is None else bool(found)

    async def release(self, run: str) -> None:
        """Give this process's lease of a run up."""
        key = self._key("lease", run)
        await self._try(lambda: self._release(keys=[key], args=[self._process]), default=None)

    async def held(self, runs: Sequence[str]) -> Mapping[str, RunRecord]:
        """Those of the runs that some process does at this moment, as they stand."""
        if not runs:
            return {}
        keys = [self._key("lease", each) for each in runs]
        found: Sequence[bytes | None] = await self._try(lambda: self._client.mget(keys), default=())
        return {run: _record(each) for run, each in zip(runs, found, strict=False) if each}

    async def end(self, run: str) -> bool:
        """Ask whoever does a run to end it; whether that could be said."""
        fields: dict[Any, Any] = {"run": run}
        place = f"{self._space}ends"
        said = await self._try(lambda: self._client.xadd(place, fields, maxlen=ASKED, approximate=True), default=None)
        return said is not None

    async def news(self, places: Mapping[str, int]) -> News | None:
        """What comes after a place in each run, and what was asked, within a moment; None while Redis is lost."""
        ends = f"{self._space}ends"
        if not self._asked:
            latest: Sequence[Any] | None = await self._try(
                lambda: self._reader.xrevrange(ends, count=1), default=None, again=True
            )
            if latest is None:
                return None
            self._asked = latest[0][0].decode() if latest else "0-0"
        keys = {self._key("events", run): run for run in places}
        wanted: dict[Any, Any] = {ends: self._asked} | {key: f"{places[run]}-0" for key, run in keys.items()}
        answer: Any = await self._try(
            lambda: self._reader.xread(wanted, count=PAGE, block=BLOCK), default=None, again=True
        )
        if answer is None:
            return None
        found = {name.decode(): entries for name, entries in answer}
        asked = found.pop(ends, [])
        if asked:
            self._asked = asked[-1][0].decode()
        events = {keys[key]: _events(entries) for key, entries in found.items()}
        return News(events=events, ended=[fields[b"run"].decode() for _, fields in asked])

    async def close(self) -> None:
        """Close the connections; whoever still asks is told that nothing is known."""
        await self._link.close()

    def _key(self, what: str, run: str) -> str:
        return f"{self._space}{what}:{run}"


def _events(entries: Sequence[Any]) -> Sequence[Event]:
    """Entries as Redis gives them.

    >>> _events([(b"3-0", {b"type": b"hit", b"line": b'{"seq":3}'})])
    [Event(seq=3, type='hit', line=b'{"seq":3}')]
    """
    return [
        Event(seq=int(name.split(b"-")[0]), type=fields[b"type"].decode(), line=fields[b"line"])
        for name, fields in entries
    ]


def _record(lease: bytes) -> RunRecord:
    """The run that a lease is about."""
    facts: dict[str, Any] = json.loads(lease.split(b" ", 1)[1])
    facts["started"] = dt.datetime.fromisoformat(facts["started"])
    return RunRecord(**facts)
