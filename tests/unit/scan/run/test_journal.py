"""A journal's readers: places in what was told, some of which see only what a record has."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from scanwright.model.clock import SettableClock
from scanwright.model.errors import Absent
from scanwright.scan.run.journal import Journal


def journal(count=0, after=0):
    found = Journal(SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)), after=after)
    for at in range(count):
        found.tell("miss", {"symbol": f"S{at}"})
    return found


def test_a_reader_of_what_is_kept_waits_for_the_record():
    async def read():
        told = journal(5)
        first = await told.next(0, 10, patience=0, only_kept=True)
        told.keep(3)
        second = await told.next(0, 10, patience=0, only_kept=True)
        third = await told.next(3, 10, patience=0, only_kept=True)
        waiting = asyncio.create_task(told.next(3, 10, only_kept=True))
        await asyncio.sleep(0)
        told.keep(5)
        return [[each.seq for each in some] for some in (first, second, third, await waiting)]

    assert asyncio.run(read()) == [[], [1, 2, 3], [], [4, 5]]


def test_a_last_event_that_is_not_kept_yet_is_waited_for():
    async def read():
        told = journal(2)
        told.tell("finished", {"reason": "complete"})
        told.keep(2)
        waiting = asyncio.create_task(told.next(2, only_kept=True))
        await asyncio.sleep(0)
        assert not waiting.done()
        told.keep(3)
        return [each.type for each in await waiting], await told.next(3, only_kept=True)

    assert asyncio.run(read()) == (["finished"], [])


def test_who_waits_is_told_that_nothing_more_comes():
    async def read():
        told = journal(2)
        waiting = asyncio.create_task(told.next(2))
        await asyncio.sleep(0)
        told.leave()
        return await waiting

    assert asyncio.run(read()) == []


def test_what_memory_has_let_go_of_is_in_the_record():
    told = journal(6, after=10)
    told.forget(13)
    assert (told.first, told.last, [each.seq for each in told.since(13)]) == (13, 16, [14, 15, 16])
    with pytest.raises(Absent):
        told.since(12)
