"""A run that goes on and is written down meanwhile, for whoever reads it: a command, or a loop in Python."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

from scanwright.app.market import Market
from scanwright.app.records import MANY, going, left_run
from scanwright.app.records import opened as records_of
from scanwright.app.running import Ask, record_of, running
from scanwright.app.settings import Settings
from scanwright.model.clock import Clock
from scanwright.model.errors import StoreError
from scanwright.model.run import RunRecord
from scanwright.scan.ports import Records
from scanwright.scan.run.recorder import ended, recorded
from scanwright.scan.run.run import Before, Run

Say = Callable[[str], None]


@contextlib.asynccontextmanager
async def under_way(
    market: Market,
    ask: Ask,
    settings: Settings,
    clock: Clock,
    *,
    say: Say,
    record: RunRecord | None = None,
    records: Records | None = None,
    before: Before | None = None,
) -> AsyncGenerator[Run]:
    """A run that has begun; where this ends it is over, stopped if need be, and in the records if there are any."""
    async with running(market, ask, settings, clock, say=say, records=records, before=before) as run:
        keeping = (
            None if records is None or record is None else asyncio.create_task(recorded(run, record, records, clock))
        )
        doing = asyncio.create_task(run.go())
        try:
            yield run
        finally:
            if not doing.done():
                run.cancel()
            await doing
            if keeping is not None:
                try:
                    await keeping
                except StoreError as error:
                    _unrecorded(error, say)


@contextlib.asynccontextmanager
async def on_record(market: Market, ask: Ask, settings: Settings, clock: Clock, *, say: Say) -> AsyncGenerator[Run]:
    """The same with a record of its own: written as it goes where it asks for bars, else left behind at the end."""
    record = record_of(ask, market, clock.now())
    async with contextlib.AsyncExitStack() as open_things:
        records = None
        if ask.providers:
            try:
                found = records_of(market.folder, settings, clock)
                records = await asyncio.to_thread(open_things.enter_context, found)
                open_things.enter_context(going(market.folder, record.id))
            except StoreError as error:
                _unrecorded(error, say)
        async with under_way(market, ask, settings, clock, say=say, record=record, records=records) as run:
            yield run
    if not ask.providers:
        await asyncio.to_thread(leave, market, run, record, settings, clock, say=say)


def leave(market: Market, run: Run, record: RunRecord, settings: Settings, clock: Clock, *, say: Say) -> None:
    """Leave the record for whoever opens them next; a market that cannot be written into has none."""
    try:
        if left_run(market.folder, ended(run, record, clock), run.journal.since(0)) > MANY:
            with records_of(market.folder, settings, clock):
                pass  # whoever opens the records takes in what was left
    except StoreError as error:
        _unrecorded(error, say)


def _unrecorded(error: StoreError, say: Say) -> None:
    say(f"note: the run is not on record: {error}")
