"""A provider behind the cache: asked once, refusals remembered, old answers only where nobody gives a new one."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

import pytest

from scanwright.data.cache.layer import Cached
from scanwright.data.cache.tiers import opened
from scanwright.data.ports import ChainWanted, DayWanted, PresentWanted, QuotesWanted
from scanwright.model.calendars import calendar
from scanwright.model.clock import SettableClock
from scanwright.model.errors import RateLimited, Refused, Unavailable
from tests.providers import Scripted

US = calendar("us_stocks")
CHAIN = ChainWanted(underlying="SPY")


def down():
    return Unavailable(provider="scripted", asked="it", expected="an answer", found="none", todo="wait")


@pytest.fixture
def clock():
    return SettableClock(dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC))


@pytest.fixture
def told():
    return []


@pytest.fixture
def tiers(clock, tmp_path, told):
    return opened(tmp_path, clock, say=told.append)


def test_what_is_fresh_is_not_asked_again(clock, tiers):
    provider = Scripted(clock)
    cached = Cached(provider, tiers, clock, US)

    async def story():
        first = await cached.ask(CHAIN)
        clock.advance(59)
        second = await cached.ask(CHAIN)
        clock.advance(2)
        third = await cached.ask(CHAIN)
        await tiers.close()
        return first, second, third

    first, second, third = asyncio.run(story())
    assert provider.requests == 2
    assert (first.tier, second.tier, third.tier) == ("", "memory", "")
    assert (first.requests, second.requests) == (1, 0)
    assert second.asked_at == first.asked_at, "a kept answer is as old as it is"
    assert third.table["asked"].to_list() == [2]


def test_a_second_process_is_answered_from_the_disk(clock, tmp_path):
    async def once():
        provider, tiers = Scripted(clock), opened(tmp_path, clock, say=print)
        answer = await Cached(provider, tiers, clock, US).ask(CHAIN)
        await tiers.close()
        return provider.requests, answer.tier

    assert [asyncio.run(once()) for _ in range(2)] == [(1, ""), (0, "disk")]


def test_another_account_has_answers_of_its_own(clock, tiers):
    provider = Scripted(clock)

    async def story():
        for scope in ("one", "two", "one"):
            await Cached(provider, tiers, clock, US, scope=scope).ask(CHAIN)
        await tiers.close()

    asyncio.run(story())
    assert provider.requests == 2


class Replaying(Scripted):
    """Serves this market or that at the same address, on a day of its own."""

    offers = dataclasses.replace(Scripted.offers, wants=Scripted.offers.wants | {PresentWanted})
    edition, day = "one", 1

    async def ask(self, want):
        answer = await super().ask(want)
        return dataclasses.replace(answer, edition=self.edition, as_of=dt.datetime(2025, 3, self.day, tzinfo=dt.UTC))


@pytest.mark.parametrize(("harm", "asked"), [({}, 1), ({"edition": "two"}, 2), ({"day": 2}, 2)])
def test_another_market_at_the_same_address_has_answers_of_its_own(clock, tiers, harm, asked):
    provider = Replaying(clock)

    async def story():
        await Cached(provider, tiers, clock, US).ask(CHAIN)
        for name, value in harm.items():
            setattr(provider, name, value)
        answer = await Cached(provider, tiers, clock, US).ask(CHAIN)
        await tiers.close()
        return answer

    answer = asyncio.run(story())
    assert provider.asked[CHAIN] == asked
    assert answer.tier == ("memory" if asked == 1 else "")


def test_what_is_served_is_remembered_where_nobody_answers(clock, tiers):
    provider = Replaying(clock)

    async def story():
        await Cached(provider, tiers, clock, US).ask(CHAIN)
        provider.failures.extend([down(), down()])
        clock.advance(120)
        answer = await Cached(provider, tiers, clock, US).ask(CHAIN)
        await tiers.close()
        return answer

    assert asyncio.run(story()).stale


def test_a_refusal_is_believed_for_a_while(clock, tiers):
    no = Refused(provider="scripted", asked="a chain", expected="a plan with options", found="status 403", todo="pay")
    provider = Scripted(clock, no)
    cached = Cached(provider, tiers, clock, US)

    async def story():
        for _ in range(3):
            with pytest.raises(Refused, match="a plan with options"):
                await cached.ask(CHAIN)
        clock.advance(301)
        answer = await cached.ask(CHAIN)
        await tiers.close()
        return answer

    assert asyncio.run(story()).table["asked"].to_list() == [2]


@pytest.mark.parametrize(
    "failure",
    [
        down(),
        RateLimited(provider="scripted", asked="it", expected="patience", found="429", todo="wait", retry_after=3),
    ],
    ids=["unavailable", "rate limited"],
)
def test_an_old_answer_stands_in_where_nobody_answers(clock, tiers, failure):
    provider = Scripted(clock)
    cached = Cached(provider, tiers, clock, US)

    async def story():
        await cached.ask(CHAIN)
        clock.advance(3600)
        provider.failures.append(failure)
        old = await cached.ask(CHAIN)
        new = await cached.ask(CHAIN)
        stale = sum(tally.stale for tally in tiers.tallies().values())
        await tiers.close()
        return old, new, stale

    old, new, stale = asyncio.run(story())
    assert (old.stale, old.tier, old.table["asked"].to_list()) == (True, "memory", [1])
    assert (new.stale, new.table["asked"].to_list()) == (False, [3])
    assert stale == 1


def test_what_is_too_old_does_not_stand_in(clock, tiers):
    provider = Scripted(clock)
    cached = Cached(provider, tiers, clock, US)

    async def story():
        await cached.ask(CHAIN)
        clock.advance(2 * 86400)
        provider.failures.append(down())
        with pytest.raises(Unavailable):
            await cached.ask(CHAIN)
        await tiers.close()

    asyncio.run(story())


def test_bars_go_through(clock, tiers):
    provider = Scripted(clock)
    cached = Cached(provider, tiers, clock, US)

    async def story():
        for _ in range(2):
            await cached.ask(DayWanted(date=dt.date(2026, 1, 2)))
        await cached.close()
        await tiers.close()

    asyncio.run(story())
    assert provider.requests == 2
    assert provider.closed


def test_a_damaged_entry_is_asked_for_again(clock, tiers, tmp_path):
    import sqlite3

    async def ask():
        fresh = opened(tmp_path, clock, say=print)
        provider = Scripted(clock)
        await Cached(provider, fresh, clock, US).ask(QuotesWanted(symbols=("A",)))
        await fresh.close()
        return provider.requests

    asyncio.run(ask())
    with sqlite3.connect(tmp_path / "entries.sqlite") as file:
        file.execute("update entries set content = zeroblob(length(content))")
    file.close()
    assert [asyncio.run(ask()) for _ in range(2)] == [1, 0]
