"""Several processes serve one market: each does its own runs, and any of them tells of every run.

A run's events go into a Redis Stream while its process writes them down. Another process follows the stream, and takes
from the record what the stream does not have. Redis is never needed for a run: while it is away readers of other
processes' runs get what the record gets, a little later.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.app.http.limits import Limiter, Place
from scanwright.app.http.ports import Told
from scanwright.app.http.shelf import Going, Here, Mark
from scanwright.app.http.tails import Followed
from scanwright.app.records import is_killed
from scanwright.app.running import Ask
from scanwright.model.clock import Clock
from scanwright.model.errors import Absent, Conflict, SettingsError, Unreachable
from scanwright.model.run import Event, RunRecord
from scanwright.scan.run.journal import Journal
from scanwright.store.records.database import Database

if TYPE_CHECKING:
    from scanwright.store.streams import Streams

BATCH = 500  # events that are sent to Redis at once
RENEW = 1.5  # seconds between two signs of life
RETRY = 0.5  # seconds until a lost Redis is tried again
SILENT = dt.timedelta(seconds=8)
"""A run without a lease whose process has not written for so long either is interrupted."""
PATIENCE = 3.0  # seconds that the last events have to leave when this process ends


def shared(
    here: Here, records: Database, address: str, market: str, clock: Clock, say: Callable[[str], None]
) -> tuple[Shared, Limiter]:
    """The runs of a market and what may be asked of it, shared through the Redis at an address."""
    try:
        from scanwright.store.streams import Streams
    except ModuleNotFoundError as error:
        todo = "pip install 'scanwright[redis]', or take `streams` out of the settings"
        raise SettingsError(expected="the library redis for shared runs", found=str(error), todo=todo) from error
    streams = Streams(address, market, clock, say=say)
    limiter = Limiter(clock, streams.quotas)
    return Shared(here, records, streams, limiter, clock, say), limiter


class Shared:
    """The runs of all processes over one market; see `ports.Shelf`."""

    def __init__(
        self,
        here: Here,
        records: Database,
        streams: Streams,
        limiter: Limiter,
        clock: Clock,
        say: Callable[[str], None],
    ) -> None:
        """here: the runs of this process. limiter: what is open in this process, which the others are told."""
        self._here, self._records, self._streams, self._limiter = here, records, streams, limiter
        self._clock, self._say = clock, say
        self._elsewhere: dict[str, Followed] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._is_leaving = False

    async def open(self) -> None:
        """Listen to the others, and show that the runs of this process go on."""
        self._tasks = [asyncio.create_task(each) for each in (self._listen(), self._renew(), self._limiter.tell())]

    def sharing(self) -> str:
        """Whether Redis answers."""
        return "lost" if self._streams.is_lost else "shared"

    async def start(self, ask: Ask, place: Place) -> RunRecord:
        """Begin a run, which others know as soon as this is answered, also where somebody has just lost Redis."""
        record = await self._here.start(ask, place, self._announced)
        self._share(record)
        return record

    async def go_on(self, run: RunRecord, ask: Ask, place: Place) -> RunRecord:
        """Continue a run that was interrupted, of whichever process; of several that want to, one does."""
        mark = None
        if run.status == "interrupted" and self._here.going(run.id) not in self._here.goings():
            with await self._claimed(run) as held:
                run = await self._completed(run)
                mark = held.pop_all()
        try:
            record = await self._here.go_on(run, ask, place, mark)
        finally:
            if self._here.going(run.id) not in self._here.goings():
                await self._streams.release(run.id)
        self._share(record)
        return record

    async def get(self, run: str) -> RunRecord | None:
        """A run as it stands."""
        going = self._mine(run)
        if going is not None:
            return going.now()
        kept = await asyncio.to_thread(self._records.get, run)
        if kept is None:
            held = await self._streams.held([run])  # one that has begun just now
            if run in held:
                return held[run]
            kept = await asyncio.to_thread(self._records.get, run)  # or is over already
        return None if kept is None else (await self._as_they_are([kept]))[0]

    async def latest(self, most: int, *, status: str = "") -> Sequence[RunRecord]:
        """The latest runs as they stand."""
        asked = ("running", "interrupted") if status in {"running", "interrupted"} else (status,)
        kept = [each for one in asked for each in await self._here.latest(most, status=one)]
        found = [each for each in await self._as_they_are(kept) if not status or each.status == status]
        return sorted(found, key=lambda each: each.started, reverse=True)[:most]

    async def told(self, run: str) -> Told | None:
        """What a run tells."""
        if self._mine(run) is not None:
            return await self._here.told(run)
        return None if await self.get(run) is None else _Elsewhere(run, self._followed)

    async def cancel(self, run: str) -> bool:
        """End a run, whoever does it."""
        if await self._here.cancel(run):
            return True
        record = await self.get(run)
        if record is None or record.status != "running":
            return False
        if not await self._streams.end(run):
            todo = "ask again when /readyz says `shared`, or ask the process that does the run"
            expected = "a word to the process that does the run"
            raise Unreachable(place="the Redis of the runs", expected=expected, found="no answer", todo=todo)
        return True

    async def close(self) -> None:
        """Interrupt what goes on here, and let the others know."""
        self._is_leaving = True
        await self._here.close()
        for followed in self._elsewhere.values():
            followed.leave()
        if self._telling:
            await asyncio.wait(self._telling, timeout=PATIENCE)
        await _stopped([*self._tasks, *self._telling])
        await self._streams.close()

    def _mine(self, run: str) -> Going | None:
        """A run of this process; none that was interrupted here, for it may go on elsewhere."""
        going = self._here.going(run)
        return None if going is None or (going.now().status == "interrupted" and not self._is_leaving) else going

    async def _as_they_are(self, kept: Sequence[RunRecord]) -> Sequence[RunRecord]:
        """Runs with what their leases say over what is on record, and what their marks say over both."""
        open = [each.id for each in kept if each.status != "finished" and self._mine(each.id) is None]
        killed = await asyncio.to_thread(self._killed, open)
        held = await self._streams.held(open)
        found: list[RunRecord] = []
        for each in kept:
            one = killed.get(each.id) or held.get(each.id, each)
            if each.id in open and each.id not in held and each.status == "running" and await self._is_gone(each.id):
                one = dataclasses.replace(each, status="interrupted")
            found.append(one)
        return found

    def _killed(self, runs: Sequence[str]) -> Mapping[str, RunRecord]:
        """Those whose process was killed on this machine, as they are on record now."""
        left = [self._records.get(each) for each in runs if is_killed(self._here.folder, each)]
        return {each.id: self._here.as_it_is(each) for each in left if each is not None}

    async def _is_gone(self, run: str) -> bool:
        """Whether nobody does a run that has no lease; where Redis cannot say, the record alone does."""
        if not self._streams.has_leases:
            return False
        heard = await asyncio.to_thread(self._records.heard, run)
        return heard is not None and self._clock.now() - heard > SILENT

    async def _claimed(self, run: RunRecord) -> Mark:
        """Take over a run that nobody does, with its mark where this process can have it; `Conflict` where one does."""
        is_left = await asyncio.to_thread(is_killed, self._here.folder, run.id)
        dead = await self._streams.holder(run.id) if is_left else ""
        try:
            mark = await self._here.marked(run.id)
        except Conflict:  # a process that is frozen may hold it, and has lost its lease
            mark, dead = Mark(), ""
        with mark as held:
            if await self._streams.hold(dataclasses.replace(run, status="running"), dead=dead) is False:
                todo = "read its events, from any process"
                raise Conflict(place=f"run {run.id}", expected="one that nobody does", found="one", todo=todo)
            return held.pop_all()

    async def _completed(self, run: RunRecord) -> RunRecord:
        """A run's record, with the events that its process had told, and had no time to write."""
        last = await asyncio.to_thread(self._records.last, run.id)
        while (events := await self._streams.since(run.id, last, BATCH)) and events[0].seq == last + 1:
            await asyncio.to_thread(self._records.add, run.id, events, _judged(events))
            last = events[-1].seq
        kept = await asyncio.to_thread(self._records.get, run.id)
        return run if kept is None else dataclasses.replace(kept, status=run.status)

    def _followed(self, run: str) -> Followed:
        async def goes_on() -> bool:
            if self._is_leaving:
                return False
            found = await self.get(run)
            return self._streams.is_lost if found is None else found.status == "running"

        if run not in self._elsewhere:
            self._elsewhere[run] = Followed(run, self._records, self._streams, self._clock, goes_on)
        return self._elsewhere[run]

    async def _announced(self, record: RunRecord) -> None:
        await asyncio.gather(self._streams.hold(record), self._here.note(record))

    def _share(self, record: RunRecord) -> None:
        going = self._here.going(record.id)
        if going is not None:
            self._do(self._tell(going))

    def _do(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, going: Going) -> None:
        """A run's events to the others, from its first to its last."""
        await going.begun.wait()
        if going.journal is not None:
            await self._sent(going, going.journal)
        if going.task is not None:
            await asyncio.wait([going.task])
        await self._streams.close_run(going.record.id)

    async def _sent(self, going: Going, journal: Journal) -> None:
        """Whatever its own readers are told, and when they are."""
        run, done, anew = going.record.id, journal.first, True
        only_kept = bool(going.ask.providers)
        while not (journal.is_closed and done >= journal.last):
            try:
                events = await journal.next(done, BATCH, patience=RENEW, only_kept=only_kept)
            except Absent:  # Redis was away for long; the record has them
                done = journal.first
                continue
            if not events:
                if going.is_over:  # the record was given up
                    return
                continue
            if await self._streams.put(run, events, anew=anew):
                done, anew = events[-1].seq, False
            elif going.is_over:
                return
            else:
                await asyncio.sleep(RETRY)
                done = done if anew else max(done, await self._streams.last(run))

    async def _listen(self) -> None:
        """One connection for all that is followed here, and for what others ask of the runs of this process."""
        while True:
            self._elsewhere = {run: each for run, each in self._elsewhere.items() if each.readers}
            tails = {run: each.tail for run, each in self._elsewhere.items() if each.tail is not None}
            news = await self._streams.news({run: tail.last for run, tail in tails.items()})
            if news is None:
                await asyncio.sleep(RETRY)
                continue
            for run, events in news.events.items():
                tails[run].add(events)
            for run in news.ended:
                await self._here.cancel(run)

    async def _renew(self) -> None:
        """Say that the runs of this process go on; one that another process has taken over is left to it."""
        while True:
            await asyncio.sleep(RENEW)
            for going in self._here.goings():
                # Running until its last events are kept: who reads elsewhere would else leave without them.
                lease = dataclasses.replace(going.now(), status="running")
                if await self._streams.hold(lease) is False and not going.leaving.is_set():
                    self._say(f"run {going.record.id} goes on in another process")
                    going.leave()


class _Elsewhere:
    """A run that is not of this process, followed as long as somebody reads."""

    def __init__(self, run: str, followed: Callable[[str], Followed]) -> None:
        self._run, self._followed = run, followed

    async def read(self, after: int, pulse: float) -> AsyncGenerator[Sequence[Event]]:
        """The events after one; see `ports.Told`."""
        async with contextlib.aclosing(self._followed(self._run).read(after, pulse)) as batches:
            async for batch in batches:
                yield batch


def _judged(events: Sequence[Event]) -> Sequence[str]:
    """The symbols that events tell an end of."""
    return [str(each.read()["symbol"]) for each in events if each.type in {"hit", "miss"}]


async def _stopped(tasks: Sequence[asyncio.Task[None]]) -> None:
    for each in tasks:
        each.cancel()
    if tasks:
        await asyncio.wait(tasks)
