"""The runs of this process: begun, kept in memory while somebody may read them, written down, ended."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scanwright.app.http.limits import Place
from scanwright.app.http.ports import Told
from scanwright.app.http.stories import Kept, Live
from scanwright.app.market import Market
from scanwright.app.question import date_or_time
from scanwright.app.records import as_it_is, going
from scanwright.app.running import Ask, record_of, running
from scanwright.app.settings import Settings
from scanwright.model.clock import Clock
from scanwright.model.errors import Conflict, ScanwrightError, StoreError
from scanwright.model.run import Event, Reason, RunRecord, Stop
from scanwright.scan.definition import of_table
from scanwright.scan.run.journal import Journal
from scanwright.scan.run.recorder import ended, recorded, restored
from scanwright.scan.run.run import Before, Run
from scanwright.store.records.database import Database

OVER = 32  # runs that are over and stay in memory
PULSE = 5.0  # seconds between two signs of life in the record
OPEN = ("running", "interrupted")  # what a run on record may be that has not ended
TRIES, SHORT = 3, 0.05  # times that a mark is tried, and seconds between
Mark = contextlib.ExitStack
"""That a run goes on in this process; it ends where it is closed, and with the process, however that ends."""


class Going:
    """A run of this process; `run` is there as soon as what it asks of is."""

    def __init__(self, ask: Ask, record: RunRecord, place: Place, before: Before | None = None) -> None:
        """Nothing has happened yet."""
        self.ask, self.record, self.place, self.before = ask, record, place, before
        self.run: Run | None = None
        self.journal: Journal | None = None
        self.begun = asyncio.Event()
        self.leaving = asyncio.Event()
        self.is_cancelled = False
        self.task: asyncio.Task[None] | None = None
        self.mark: Mark | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens in it."""
        return self.task is not None and self.task.done()

    def now(self) -> RunRecord:
        """Its record as it stands."""
        if self.record.status != "running" or self.run is None:
            return self.record
        return dataclasses.replace(self.record, hits=len(self.run.found.hits))

    def begin(self, journal: Journal) -> None:
        """Let readers in."""
        self.journal = journal
        self.begun.set()

    def leave(self) -> None:
        """Break it off where it is, so that it can be continued."""
        self.leaving.set()
        if self.run is None and self.task is not None:
            self.task.cancel()

    def cancel(self) -> None:
        """End it now."""
        self.is_cancelled = True
        if self.run is not None:
            self.run.cancel()
        elif self.task is not None:
            self.task.cancel()


class Here:
    """The runs of this process over one market; see `ports.Shelf`."""

    def __init__(
        self, market: Market, records: Database, settings: Settings, clock: Clock, say: Callable[[str], None]
    ) -> None:
        """Nothing goes on yet. say: told what a person at the server should know."""
        self._market, self._records, self._settings, self._clock, self._say = market, records, settings, clock, say
        self._going: dict[str, Going] = {}
        self._fetching = asyncio.Lock()  # runs that ask a provider wait for one another: its limit is one for all
        self._is_leaving = False
        self._pulse: asyncio.Task[None] | None = None

    @property
    def folder(self) -> Path:
        """Where the market is, and the marks of its runs."""
        return self._market.folder

    async def open(self) -> None:
        """Nothing has to be done before."""

    def sharing(self) -> str:
        """Nobody else knows these runs."""
        return "alone"

    def going(self, run: str) -> Going | None:
        """A run of this process, or nothing."""
        return self._going.get(run)

    def goings(self) -> Sequence[Going]:
        """The runs of this process that go on."""
        return [each for each in self._going.values() if not each.is_over]

    async def start(
        self, ask: Ask, place: Place, announce: Callable[[RunRecord], Awaitable[None]] | None = None
    ) -> RunRecord:
        """Begin a run, of which others may be told before."""
        record = record_of(ask, self._market, self._clock.now())
        if announce is not None:
            await announce(record)
        return self._begin(Going(ask, record, place))

    async def note(self, record: RunRecord) -> None:
        """Put a run on record before it begins."""
        try:
            await asyncio.to_thread(self._records.begin, record)
        except StoreError as error:
            self._say(f"run {record.id} is not on record: {error}")

    async def go_on(self, run: RunRecord, ask: Ask, place: Place, mark: Mark | None = None) -> RunRecord:
        """Continue a run that was interrupted, of which this process may hold the mark already."""
        if run.status != "interrupted":
            todo = "read its results" if run.status == "finished" else "wait until it ends, or until it is given up"
            raise Conflict(place=f"run {run.id}", expected="one that was interrupted", found=run.status, todo=todo)
        if run.market != str(self._market.folder):
            todo = "continue it where that market is served"
            raise Conflict(place=f"run {run.id}", expected="a run of this market", found="another's", todo=todo)
        with mark or await self.marked(run.id) as held:
            before = await asyncio.to_thread(restored, run, self._records)
            again = dataclasses.replace(run, status="running", ended=None, reason=None)
            going = Going(ask, again, place, before)
            record = self._begin(going)
            going.mark = held.pop_all()
            return record

    async def marked(self, run: str) -> Mark:
        """Say to whoever has this folder that a run goes on in this process; `Conflict` where it does in another."""
        for _ in range(TRIES - 1):
            try:
                return await asyncio.to_thread(_marked, self._market.folder, run)
            except Conflict:  # or somebody looks at this moment whether it is held
                await asyncio.sleep(SHORT)
        return await asyncio.to_thread(_marked, self._market.folder, run)

    async def get(self, run: str) -> RunRecord | None:
        """A run as it stands."""
        going = self._going.get(run)
        return going.now() if going else await asyncio.to_thread(self._kept, run)

    async def latest(self, most: int, *, status: str = "") -> Sequence[RunRecord]:
        """The latest runs as they stand."""
        kept = await asyncio.to_thread(self._latest, most, status)
        here = {id: each.now() for id, each in self._going.items()}
        found = [each for each in (kept | here).values() if not status or each.status == status]
        return sorted(found, key=lambda each: each.started, reverse=True)[:most]

    def as_it_is(self, run: RunRecord) -> RunRecord:
        """A run of the record; one of another process that was killed is interrupted. Asks the disk."""
        return run if run.id in self._going else as_it_is(self._market.folder, run, self._records)

    async def told(self, run: str) -> Told | None:
        """What a run tells."""
        if run in self._going:
            return _Begun(self._going[run], self._records)
        record = await asyncio.to_thread(self._records.get, run)
        return None if record is None else Kept(record, self._records, self._kept, lambda: self._is_leaving)

    async def cancel(self, run: str) -> bool:
        """End a run that goes on."""
        going = self._going.get(run)
        if going is None or going.is_over:
            return False
        going.cancel()
        return True

    async def close(self) -> None:
        """Interrupt what goes on, so that it can be continued; readers are told that nothing more comes."""
        self._is_leaving = True
        if self._pulse is not None:
            self._pulse.cancel()
        going = [each for each in self._going.values() if not each.is_over]
        for each in going:
            each.leave()
        await asyncio.gather(*(each.task for each in going if each.task is not None))
        for each in self._going.values():
            if each.journal is not None:
                each.journal.leave()

    def _kept(self, run: str) -> RunRecord | None:
        found = self._records.get(run)
        return None if found is None else self.as_it_is(found)

    def _latest(self, most: int, status: str) -> dict[str, RunRecord]:
        asked = OPEN if status in OPEN else (status,)
        kept = [each for one in asked for each in self._records.runs(most, status=one)]
        return {each.id: self.as_it_is(each) for each in kept}

    def _begin(self, going: Going) -> RunRecord:
        if self._is_leaving:
            raise Conflict(place="the server", expected="one that stays", found="one that ends", todo="ask again soon")
        known = self._going.get(going.record.id)
        if known is not None and not known.is_over:
            raise Conflict(place=f"run {going.record.id}", expected="one that does not go on", found="one", todo="wait")
        self._going[going.record.id] = going
        going.task = asyncio.create_task(self._told(going))
        place = going.place.keep()
        going.task.add_done_callback(lambda _: place.free())
        if self._pulse is None:
            self._pulse = asyncio.create_task(self._beat())
        for id in [id for id, each in self._going.items() if each.is_over][: -OVER or None]:
            del self._going[id]
        return going.now()

    async def _told(self, going: Going) -> None:
        """A run from its first breath to its record."""
        try:
            if going.mark is None:
                going.mark = await self.marked(going.record.id)
            async with contextlib.AsyncExitStack() as open_things:
                if going.ask.providers:
                    if self._fetching.locked():
                        await self.note(going.record)
                    await open_things.enter_async_context(self._fetching)
                async with asyncio.timeout(going.ask.stop.seconds):
                    run = await open_things.enter_async_context(self._made(going))
                await self._lived(going, run)
        except (ScanwrightError, TimeoutError, asyncio.CancelledError) as error:
            await self._unborn(going, error)
        finally:
            going.begun.set()
            if going.mark is not None:
                await asyncio.to_thread(going.mark.close)

    def _made(self, going: Going) -> contextlib.AbstractAsyncContextManager[Run]:
        taught = self._records if going.ask.providers else None
        return running(
            self._market, going.ask, self._settings, self._clock, say=self._say, records=taught, before=going.before
        )

    async def _lived(self, going: Going, run: Run) -> None:
        """Do it and write it down; where this process ends before, it stays as it is."""
        going.run = run
        going.begin(run.journal)
        left = asyncio.Event()
        writing = asyncio.create_task(recorded(run, going.record, self._records, self._clock, left=left))
        work = asyncio.create_task(run.go())
        leaving = asyncio.create_task(going.leaving.wait())
        await asyncio.wait([work, leaving], return_when=asyncio.FIRST_COMPLETED)
        for each in (leaving, work):
            each.cancel()
        await asyncio.wait([work])
        if not work.cancelled() and (fault := work.exception()) is not None:  # the run has told its readers
            self._say("".join(traceback.format_exception(fault)))
        if run.journal.is_closed:
            going.record = ended(run, going.record, self._clock)
        else:
            left.set()
        try:
            going.record = await writing
        except StoreError as error:
            self._say(f"run {going.record.id} is not on record: {error}")
        run.journal.keep(run.journal.last)  # all that ever will be; readers wait for no more

    async def _unborn(self, going: Going, error: BaseException) -> None:
        """What is left of a run that could not be made: it is told and written as any other."""
        record, before = going.record, going.before
        journal = Journal(self._clock, after=before.last if before else 0)
        if going.leaving.is_set():
            record = dataclasses.replace(record, status="interrupted")
        else:
            ended: Reason = "budget" if isinstance(error, TimeoutError) else "failed"
            reason: Reason = "cancelled" if going.is_cancelled else ended
            journal.tell("started", {"scan": dict(record.definition), **record.asked, "url": ""})
            said = _failed(error.code, str(error)) if isinstance(error, ScanwrightError) else _failed("", "")
            journal.tell("finished", {**said, "reason": reason})
            record = dataclasses.replace(record, status="finished", ended=self._clock.now(), reason=reason)
        going.record = record
        going.begin(journal)
        try:
            await asyncio.to_thread(self._written, going.record, journal.since(journal.first))
        except StoreError as wrong:
            self._say(f"run {record.id} is not on record: {wrong}")
        journal.keep(journal.last)

    def _written(self, record: RunRecord, events: Sequence[Event]) -> None:
        self._records.begin(record)
        self._records.add(record.id, events, ())
        self._records.end(record)

    async def _beat(self) -> None:
        """Say in the record that the runs go on."""
        while True:
            await asyncio.sleep(PULSE)
            for each in self.goings():
                try:
                    await asyncio.to_thread(self._records.alive, each.record.id)
                except StoreError as error:
                    self._say(f"run {each.record.id}: {error}")


def _marked(folder: Path, run: str) -> Mark:
    """Hold a run's mark; a folder that nobody may write into has none."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(going(folder, run))
        except Conflict:
            raise
        except StoreError:
            return Mark()
        return held.pop_all()


class _Begun:
    """A run of this process, which readers may wait for before it has begun."""

    def __init__(self, going: Going, records: Database) -> None:
        self._going, self._records = going, records

    async def read(self, after: int, pulse: float) -> AsyncGenerator[Sequence[Event]]:
        """The events after one; see `ports.Told`."""
        while not self._going.begun.is_set():
            try:
                async with asyncio.timeout(pulse):
                    await self._going.begun.wait()
            except TimeoutError:
                yield ()
        going = self._going
        if going.journal is not None:
            live = Live(going.record.id, going.journal, self._records, only_kept=bool(going.ask.providers))
            async for batch in live.read(after, pulse):
                yield batch


def ask_again(run: RunRecord, providers: str, url: str) -> Ask:
    """What a run on record was asked; bars come from whoever this server asks, if that run asked somebody."""
    asked: Mapping[str, Any] = run.asked
    return Ask(
        scan=of_table(run.definition),
        order=asked["order"],
        stop=Stop(**asked["stop"]),
        providers=providers if asked["providers"] else "",
        url=url if asked["providers"] else "",
        as_of=date_or_time(asked["as_of"]) if asked["as_of"] else None,
        enriched=bool(asked.get("enriched")),
    )


def _failed(code: str, text: str) -> Mapping[str, object]:
    return {"reason": "failed", "receipt": None, **({"error": {"code": code, "text": text}} if code else {})}
