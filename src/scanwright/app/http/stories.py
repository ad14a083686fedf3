"""What a run tells its readers: out of memory while it goes on, out of the record for whatever memory has let go of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from scanwright.model.errors import Absent
from scanwright.model.run import Event, RunRecord
from scanwright.scan.ports import Records
from scanwright.scan.run.journal import Journal

BATCH = 128  # events at once: some 30 kB for a reader that does not read
LOOK = 1.0  # seconds between two looks into the record of a run of another process


class Live:
    """A run of this process: its journal, and behind it the record.

    only_kept: tell an event when the record has it. A run that asks a provider is not the same again: killed, it goes
    on after the last event that was kept, and no reader may have seen a later one.
    """

    def __init__(self, id: str, journal: Journal, records: Records, *, only_kept: bool) -> None:
        """Read from `journal` what it still has."""
        self._id, self._journal, self._records, self._only_kept = id, journal, records, only_kept

    async def read(self, after: int, pulse: float) -> AsyncGenerator[Sequence[Event]]:
        """The events after one; see `ports.Told`."""
        journal = self._journal
        while not (journal.is_closed and after >= journal.last):
            if after < journal.first:
                batch = await asyncio.to_thread(self._records.events, self._id, after, BATCH)
            else:
                batch = await self._next(after, pulse)
            after = batch[-1].seq if batch else after
            if batch or not journal.is_closed:
                yield batch
                await asyncio.sleep(0)  # others have their turn, also where this reader could take all at once

    async def _next(self, after: int, pulse: float) -> Sequence[Event]:
        try:
            return await self._journal.next(after, BATCH, patience=pulse, only_kept=self._only_kept)
        except Absent:  # the record has taken them over meanwhile
            return await asyncio.to_thread(self._records.events, self._id, after, BATCH)


class Kept:
    """A run of the record: one that is over, or one that goes on in another process, whose record grows."""

    def __init__(
        self, run: RunRecord, records: Records, now: Callable[[str], RunRecord | None], is_leaving: Callable[[], bool]
    ) -> None:
        """Read from `records`; `now` says how a run stands, `is_leaving` that this process ends."""
        self._run, self._records, self._now, self._is_leaving = run, records, now, is_leaving

    async def read(self, after: int, pulse: float) -> AsyncGenerator[Sequence[Event]]:
        """The events after one; see `ports.Told`."""
        waited = 0.0
        is_over = self._run.status != "running"
        while True:
            batch = await asyncio.to_thread(self._records.events, self._run.id, after, BATCH)
            if batch:
                after, waited = batch[-1].seq, 0.0
                yield batch
                continue
            if is_over or self._is_leaving():
                return
            is_over = await self._is_over()
            if is_over:
                continue
            if waited >= pulse:
                waited = 0.0
                yield ()
            await asyncio.sleep(LOOK)
            waited += LOOK

    async def _is_over(self) -> bool:
        """Whether nothing more is written; asked before the last look, which then finds all."""
        found = await asyncio.to_thread(self._now, self._run.id)
        return found is None or found.status != "running"
