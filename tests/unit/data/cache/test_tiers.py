"""Tiers on one machine: bounds, ends, what is damaged, and who asks when several want the same."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.cache.disk import ENTRIES, Disk
from scanwright.data.cache.memory import Memory
from scanwright.data.cache.tiers import opened, totals
from scanwright.model.clock import SettableClock
from scanwright.model.errors import SettingsError

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock():
    return SettableClock(dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC))


@pytest.fixture(params=["memory", "disk"])
def tier(request, clock, tmp_path):
    return Memory(clock, size=100) if request.param == "memory" else Disk(tmp_path, clock, size=100)


def test_bytes_are_kept_until_their_end(tier, clock):
    async def story():
        await tier.put("a", b"12345", clock.now() + MINUTE)
        assert await tier.get("a") == b"12345"
        clock.advance(59)
        assert await tier.get("a") == b"12345"
        clock.advance(1)
        assert await tier.get("a") is None
        await tier.close()

    asyncio.run(story())
    counts = tier.tally
    assert (counts.hits, counts.misses, counts.bytes_read, counts.bytes_written) == (2, 1, 10, 5)


def test_the_longest_unused_goes_first(tier, clock):
    async def story():
        for name in "abc":
            await tier.put(name, b"x" * 30, clock.now() + MINUTE * 60)
            clock.advance(100)
        await tier.get("a")
        clock.advance(100)
        await tier.put("d", b"x" * 30, clock.now() + MINUTE * 60)
        found = [await tier.get(name) is not None for name in "abcd"]
        await tier.close()
        return found

    assert asyncio.run(story()) == [True, False, True, True]


def test_what_is_larger_than_the_tier_is_passed_over(tier, clock):
    async def story():
        await tier.put("a", b"x" * 50, clock.now() + MINUTE)
        await tier.put("b", b"x" * 101, clock.now() + MINUTE)
        found = await tier.get("a"), await tier.get("b")
        await tier.close()
        return found

    assert asyncio.run(story()) == (b"x" * 50, None)


@given(sizes=st.lists(st.integers(1, 60), max_size=12))
def test_the_bound_holds(tmp_path_factory, sizes):
    clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    disk = Disk(tmp_path_factory.mktemp("bound"), clock, size=100)
    memory = Memory(clock, size=100)

    async def story():
        for at, size in enumerate(sizes):
            for tier in (disk, memory):
                await tier.put(f"key {at}", b"x" * size, clock.now() + MINUTE)
            clock.advance(0.5)
        held = (await disk.held())[1]
        await disk.close()
        return held

    assert asyncio.run(story()) <= 100
    assert memory.held <= 100


def test_a_second_process_finds_what_the_first_kept(clock, tmp_path):
    async def story():
        first, second = Disk(tmp_path, clock, size=100), Disk(tmp_path, clock, size=100)
        await first.put("a", b"1", clock.now() + MINUTE)
        found = await second.get("a")
        await first.close()
        await second.close()
        return found

    assert asyncio.run(story()) == b"1"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "damaged"])
def test_a_damaged_file_is_made_anew(clock, tmp_path, content):
    (tmp_path / ENTRIES).write_bytes(content)

    async def story():
        disk = Disk(tmp_path, clock, size=100)
        await disk.put("a", b"1", clock.now() + MINUTE)
        found = await disk.get("a")
        await disk.close()
        return found

    assert asyncio.run(story()) == b"1"


def test_a_folder_that_cannot_be_made_is_a_miss(clock, tmp_path):
    (tmp_path / "file").write_text("in the way")

    async def story():
        disk = Disk(tmp_path / "file" / "cache", clock, size=100)
        await disk.put("a", b"1", clock.now() + MINUTE)
        found = await disk.get("a"), await disk.claim("a")
        await disk.close()
        return found, disk.tally.failures

    assert asyncio.run(story()) == ((None, True), 3)


def test_what_was_done_adds_up_over_processes(clock, tmp_path):
    async def story():
        for _ in range(2):
            tiers = opened(tmp_path, clock, say=print)
            assert await tiers.find("nothing") is None
            await tiers.close()
        return await totals(tmp_path, clock)

    counts, held = asyncio.run(story())
    assert {tier: tally.misses for tier, tally in counts.items()} == {"memory": 2, "disk": 2}
    assert held == (0, 0)
    assert asyncio.run(totals(tmp_path / "nowhere", clock)) == ({}, (0, 0))


def test_an_address_that_is_none_is_refused(clock, tmp_path):
    with pytest.raises(SettingsError, match="address of a Redis"):
        opened(tmp_path, clock, say=print, redis="127.0.0.1:6379")


def test_what_is_held_is_counted_over_replaced_expired_and_reopened(clock, tmp_path):
    async def story():
        first = Disk(tmp_path, clock, size=1000)
        for key, size, seconds in (("a", 100, 10), ("b", 200, 100), ("a", 300, 10), ("c", 50, 100)):
            await first.put(key, b"x" * size, clock.now() + dt.timedelta(seconds=seconds))
        before = await first.held()
        await first.close()
        again = Disk(tmp_path, clock, size=1000)
        clock.advance(20)
        await again.put("d", b"xy", clock.now() + dt.timedelta(seconds=100))
        await again.drop("b")
        after = await again.held()
        await again.close()
        return before, after

    assert asyncio.run(story()) == ((3, 550), (2, 52))
