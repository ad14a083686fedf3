"""A run written down as it goes: a reader of its own, so that a slow database holds nothing up."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence

from scanwright.model.clock import Clock
from scanwright.model.errors import StoreError
from scanwright.model.run import Event, RunRecord
from scanwright.scan.judge import Cell
from scanwright.scan.now import Hit, Miss
from scanwright.scan.ports import Records
from scanwright.scan.run.results import Results
from scanwright.scan.run.run import ENRICH, Before, Run

PAUSE = 0.2  # seconds between two writings
PATIENCE = 30  # writings that may fail one after the other before the record is given up
PULSE = 10.0  # seconds after which a run that has nothing to tell says that it goes on
PAGE = 5000
FORETOLD, FOUND_EARLY = "foretold", "found_early"
KEPT = 20_000  # events that stay in memory behind the record


async def recorded(
    run: Run, record: RunRecord, records: Records, clock: Clock, *, left: asyncio.Event | None = None
) -> RunRecord:
    """Write a run's events and judged symbols as they come, and its end; what could not be written is tried again.

    left: set where the run was broken off without an end, by a process that ends itself: what it has told is written,
    and it is interrupted. Raises the store's error where the database stays away; the run itself does not notice.
    """
    left = left or asyncio.Event()
    written, done = run.journal.first, len(record.judged)
    first, heard = written, clock.monotonic()
    await _surely(lambda: records.begin(record), left)
    while True:
        closed, last, judged = run.journal.is_closed or left.is_set(), run.journal.last, len(run.judged)
        if last > written or judged > done:
            events, symbols = run.journal.since(written, last - written), run.judged[done:judged]
            await _surely(lambda events=events, symbols=symbols: records.add(record.id, events, symbols), left)
            written, done, heard = last, judged, clock.monotonic()
            run.journal.keep(written)
        elif clock.monotonic() - heard > PULSE:
            await _surely(lambda: records.alive(record.id), left)
            heard = clock.monotonic()
        if closed and written >= last:
            break
        if written - first > KEPT:
            run.journal.forget(written - KEPT)
        await _pause(left, PAUSE)
    found = ended(run, record, clock) if run.journal.is_closed else _interrupted(run, record)
    await _surely(lambda: records.end(found), left)
    return found


async def _surely(write: Callable[[], None], left: asyncio.Event) -> None:
    """Write, also where the database is away for a while."""
    for failures in range(1, PATIENCE + 1):
        try:
            return await asyncio.to_thread(write)
        except StoreError:
            if failures == PATIENCE:
                raise
        await _pause(left, PAUSE * failures)
    return None


async def _pause(left: asyncio.Event, seconds: float) -> None:
    """Wait, but not for a process that ends itself."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await left.wait()


def _interrupted(run: Run, record: RunRecord) -> RunRecord:
    return dataclasses.replace(record, status="interrupted", hits=len(run.found.hits), judged=tuple(run.judged))


def ended(run: Run, record: RunRecord, clock: Clock) -> RunRecord:
    """The record of a run that has finished."""
    finished = run.journal.since(run.journal.last - 1)[0].read()
    return dataclasses.replace(
        record,
        status="finished",
        ended=clock.now(),
        reason=finished["reason"],
        receipt=None if finished["receipt"] is None else finished["receipt"] | _learned(finished),
        hits=len(run.found.hits),
        judged=tuple(run.judged),
    )


def _learned(finished: Mapping[str, object]) -> Mapping[str, object]:
    """What the next run learns of this one, and how good its order was."""
    return {name: finished[name] for name in (FORETOLD, FOUND_EARLY) if name in finished}


def restored(record: RunRecord, records: Records) -> Before:
    """What an interrupted run had: its hits and misses, as its events told them."""
    found, last, frame = Results(), 0, ""
    while events := records.events(record.id, last, PAGE):
        for event in events:
            take(found, event)
            frame = str(event.read().get("frame", frame)) if event.type == "stage" else frame
        last = events[-1].seq
    return Before(last=last, judged=frozenset(record.judged), found=found, frame=frame)


def take(found: Results, event: Event) -> None:
    """Add to what was found what an event tells."""
    said = event.read()
    symbol = str(said.get("symbol", ""))
    if said.get("stage") == ENRICH:
        return
    if "beside" in said:
        found.beside[symbol] = said["beside"]
    if event.type == "hit" or (event.type == "rank" and "columns" in said):
        columns: dict[str, Cell] = dict(said["columns"])
        rank = {"rank": said["rank"]} if said["rank"] is not None else {}
        values = {"close": columns.pop("close", None), **rank, **columns}
        found.hits[symbol] = Hit(symbol=symbol, ts=str(said["ts"]), values=values)
        (found.provisional.add if said.get("provisional") else found.provisional.discard)(symbol)
    elif event.type == "rank" and said.get("withdrawn"):
        found.hits.pop(symbol, None)
    elif event.type == "miss":
        found.misses[symbol] = Miss(symbol=symbol, reason=str(said["reason"]), last=str(said.get("last", "")))
    elif event.type == "stage":
        found.inside = int(said["inside"])
        found.outside.clear()
        found.outside.update(said["outside"])


def results_of(events: Sequence[Event]) -> Results:
    """What events tell of."""
    found = Results()
    for event in events:
        take(found, event)
    return found


def hits_of(events: Sequence[Event]) -> Sequence[Hit]:
    """The hits that events tell of, in the order of the ranking."""
    return results_of(events).ranked()
