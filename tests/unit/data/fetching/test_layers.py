"""Each layer before a provider: what it adds, and what it leaves as it is."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import time
from collections import deque

import pytest

from scanwright.data.fetching.coalesced import Coalesced
from scanwright.data.fetching.compose import bearable
from scanwright.data.fetching.guarded import FAILURES, Guarded
from scanwright.data.fetching.limited import LOOKED_AT, Limited
from scanwright.data.fetching.retried import AT_HAND, ATTEMPTS, Retried
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import ChainWanted, Costs, QuotesWanted
from scanwright.model.calendars import calendar
from scanwright.model.clock import SettableClock
from scanwright.model.errors import ProviderError, RateLimited, Refused, SettingsError, Unavailable, Unreadable
from tests.providers import Scripted, failure

WANT = QuotesWanted(symbols=("A",))
QUICK = {"first": 0.001, "longest": 0.002}


@pytest.fixture
def clock():
    return SettableClock(dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC))


@pytest.fixture
def tally():
    return Tally()


def wants(count):
    return [QuotesWanted(symbols=(f"S{at}",)) for at in range(count)]


class Slow(Scripted):
    """Counts how many it answers at the same time."""

    def __init__(self, clock, *failures, requests=1000.0, at_once=4):
        super().__init__(clock, *failures)
        self.costs = Costs(requests=requests, at_once=at_once)
        self.open = self.most = 0

    async def ask(self, want):
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(0.002)
            return await super().ask(want)
        finally:
            self.open -= 1


class Paged(Scripted):
    async def ask(self, want):
        return dataclasses.replace(await super().ask(want), requests=5)


class TestLimited:
    def test_no_more_at_once_than_allowed(self, clock, tally):
        inner = Slow(clock, at_once=3)

        async def run():
            limited = Limited(inner, clock, tally)
            await asyncio.gather(*(limited.ask(each) for each in wants(30)))

        asyncio.run(run())
        assert inner.most == 3
        assert tally.requests == 30

    def test_no_faster_than_allowed_not_even_at_the_start(self, clock, tally):
        inner = Slow(clock, requests=100, at_once=50)

        async def run():
            limited, begun = Limited(inner, clock, tally), time.monotonic()
            await asyncio.gather(*(limited.ask(each) for each in wants(30)))
            return time.monotonic() - begun

        assert asyncio.run(run()) >= 0.28

    def test_pages_are_paid_for(self, clock, tally):
        inner = Paged(clock)
        inner.costs = Costs(requests=100, dollars=0.01)

        async def run():
            limited, begun = Limited(inner, clock, tally), time.monotonic()
            for each in wants(6):
                await limited.ask(each)
            return time.monotonic() - begun

        assert asyncio.run(run()) >= 0.27
        assert tally.requests == 30
        assert tally.kinds["QuotesWanted"] == 30
        assert tally.dollars == pytest.approx(0.3)

    def test_it_is_silent_for_as_long_as_it_is_told(self, clock, tally):
        inner = Scripted(clock, failure(RateLimited, retry_after=60.0))

        async def run():
            limited = Limited(inner, clock, tally)
            with pytest.raises(RateLimited):
                await limited.ask(WANT)
            waiting = asyncio.create_task(limited.ask(WANT))
            done, _ = await asyncio.wait([waiting], timeout=0.1)
            assert not done
            assert inner.requests == 1
            waiting.cancel()
            clock.advance(60)
            await limited.ask(WANT)

        asyncio.run(run())
        assert inner.requests == 2
        assert tally.told_to_wait == 1

    def test_who_is_told_to_wait_again_and_again_goes_as_fast_as_was_answered(self, clock, tally):
        inner = Scripted(clock)

        async def run():
            limited = Limited(inner, clock, tally)
            for at, each in enumerate(wants(3 * LOOKED_AT)):
                inner.failures = deque([failure(RateLimited, retry_after=0.0)] if at % 2 else [])
                with contextlib.suppress(RateLimited):
                    await limited.ask(each)
                clock.advance(0.01)
            return limited.rate, limited.costs.requests / limited.costs.seconds

        rate, told = asyncio.run(run())
        assert rate == told
        assert 25 < rate < 75, "of 100 in a second every other one was answered"

    def test_who_is_told_to_wait_now_and_then_keeps_nearly_what_is_stated(self, clock, tally):
        inner = Scripted(clock)

        async def run():
            limited = Limited(inner, clock, tally)
            for at, each in enumerate(wants(200)):
                inner.failures = deque([failure(RateLimited, retry_after=0.0)] if at % 15 == 7 else [])
                with contextlib.suppress(RateLimited):
                    await limited.ask(each)
            return limited.rate / (inner.costs.requests / inner.costs.seconds)

        assert asyncio.run(run()) > 0.9

    def test_a_limit_that_is_stated_while_it_answers_holds_from_then_on(self, clock, tally):
        inner = Scripted(clock)
        inner.costs = Costs(requests=1000.0)

        async def run():
            limited = Limited(inner, clock, tally)
            await limited.ask(WANT)
            inner.costs = Costs(requests=50.0)
            await limited.ask(WANT)
            begun = time.monotonic()
            for each in wants(10):
                await limited.ask(each)
            return limited.rate, time.monotonic() - begun

        rate, took = asyncio.run(run())
        assert rate == 50.0
        assert took >= 0.18

    def test_who_is_told_to_wait_has_half_as_many_open_and_earns_the_rest_back(self, clock, tally):
        inner = Slow(clock, failure(RateLimited, retry_after=0.0), requests=1e6, at_once=16)

        async def run():
            limited = Limited(inner, clock, tally)
            with pytest.raises(RateLimited):
                await limited.ask(WANT)
            inner.most = 0
            await asyncio.gather(*(limited.ask(each) for each in wants(16)))
            after, inner.most = inner.most, 0
            await asyncio.gather(*(limited.ask(each) for each in wants(400)))
            return after, inner.most

        after, later = asyncio.run(run())
        assert after < 12
        assert later == 16

    @pytest.mark.parametrize("wrong", [{"requests": 0}, {"requests": 1, "at_once": 0}, {"requests": 1, "seconds": 0}])
    def test_limits_under_which_nothing_can_be_asked_are_refused(self, wrong):
        with pytest.raises(SettingsError, match="limits above 0"):
            Costs(**wrong)


class TestRetried:
    @pytest.mark.parametrize("kind", [Unavailable, Unreadable, RateLimited])
    def test_what_may_pass_is_asked_for_again(self, clock, tally, kind):
        inner = Scripted(clock, failure(kind), failure(kind))
        answer = asyncio.run(Retried(inner, tally, **QUICK).ask(WANT))
        assert answer.provider == "scripted"
        assert (inner.requests, tally.retries, tally.failed) == (3, 2, 2)

    def test_being_told_to_wait_costs_nothing_of_what_retries_may(self, clock, tally):
        inner = Scripted(clock, *(failure(RateLimited, retry_after=0.0) for _ in range(3 * AT_HAND)))

        async def run():
            retried = Retried(inner, tally, **QUICK)
            return await asyncio.gather(*(retried.ask(each) for each in wants(3 * AT_HAND)))

        assert len(asyncio.run(run())) == 3 * AT_HAND

    def test_a_refusal_is_not(self, clock, tally):
        inner = Scripted(clock, failure(Refused))
        with pytest.raises(Refused):
            asyncio.run(Retried(inner, tally, **QUICK).ask(WANT))
        assert inner.requests == 1

    def test_neither_is_what_was_given_up(self, clock, tally):
        inner = Scripted(clock, failure(Unavailable, given_up=True))
        with pytest.raises(Unavailable):
            asyncio.run(Retried(inner, tally, **QUICK).ask(WANT))
        assert inner.requests == 1

    def test_it_ends_after_some_attempts(self, clock, tally):
        inner = Scripted(clock, *(failure(Unavailable) for _ in range(50)))
        with pytest.raises(Unavailable):
            asyncio.run(Retried(inner, tally, **QUICK).ask(WANT))
        assert (inner.requests, tally.retries) == (ATTEMPTS, ATTEMPTS - 1)

    def test_retries_never_become_the_load(self, clock, tally):
        inner = Scripted(clock, *(failure(Unavailable) for _ in range(10_000)))

        async def run():
            retried = Retried(inner, tally, **QUICK)
            return await asyncio.gather(*(retried.ask(each) for each in wants(500)), return_exceptions=True)

        assert all(isinstance(each, Unavailable) for each in asyncio.run(run()))
        assert inner.requests <= 500 + 25

    def test_nothing_is_written_to_a_log(self, clock, tally, caplog, capfd):
        inner = Scripted(clock, failure(Unavailable))
        asyncio.run(Retried(inner, tally, **QUICK).ask(WANT))
        assert not caplog.records
        assert capfd.readouterr() == ("", "")


class TestGuarded:
    def guarded(self, inner, clock, tally, patience=1000.0, say=print):
        return Guarded(inner, clock, tally, say=say, left_alone=0.02, patience=patience)

    def test_after_some_failures_one_at_a_time_tries(self, clock, tally):
        inner = Slow(clock, *(failure(Unavailable) for _ in range(FAILURES + 2)))

        async def run():
            guarded = self.guarded(inner, clock, tally, say=said.append)
            for each in wants(FAILURES):
                with pytest.raises(Unavailable):
                    await guarded.ask(each)
            inner.most = 0
            return await asyncio.gather(*(guarded.ask(each) for each in wants(20)))

        said = []
        assert len(asyncio.run(run())) == 20
        assert said == [
            "scripted does not answer (none); trying for up to 1000 seconds",
            "scripted answers again",
        ]
        assert inner.requests == FAILURES + 2 + 20
        assert tally.outages == 1

    def test_an_outage_longer_than_patience_gives_all_up(self, clock, tally):
        inner = Scripted(clock, *(failure(Unavailable) for _ in range(1000)))

        async def run():
            guarded = self.guarded(inner, clock, tally, patience=10)
            for each in wants(FAILURES):
                with pytest.raises(Unavailable):
                    await guarded.ask(each)
            waiting = [asyncio.create_task(guarded.ask(each)) for each in wants(50)]
            await asyncio.sleep(0.05)
            assert not any(each.done() for each in waiting)
            clock.advance(11)
            return await asyncio.gather(*waiting, return_exceptions=True)

        found = asyncio.run(run())
        assert all(isinstance(each, Unavailable) and each.facts["given_up"] for each in found)
        assert inner.requests < FAILURES + 20

    @pytest.mark.parametrize("kind", [Refused, Unreadable, RateLimited])
    def test_who_says_no_is_there(self, clock, tally, kind):
        inner = Scripted(clock, *(failure(kind) for _ in range(3 * FAILURES)))

        async def run():
            guarded = self.guarded(inner, clock, tally)
            for each in wants(3 * FAILURES):
                with pytest.raises(kind):
                    await guarded.ask(each)

        asyncio.run(run())
        assert tally.outages == 0

    def test_one_kind_of_want_that_is_out_leaves_the_others(self, clock, tally):
        inner = Scripted(clock, *(failure(Unavailable) for _ in range(FAILURES)))

        async def run():
            guarded = self.guarded(inner, clock, tally)
            for each in wants(FAILURES):
                with pytest.raises(Unavailable):
                    await guarded.ask(each)
            return await guarded.ask(ChainWanted(underlying="A"))

        assert asyncio.run(run()).provider == "scripted"

    def test_who_is_cancelled_is_no_failure(self, clock, tally):
        inner = Scripted(clock)

        async def run():
            guarded = self.guarded(inner, clock, tally)
            inner.gate = asyncio.Event()
            waiting = [asyncio.create_task(guarded.ask(each)) for each in wants(2 * FAILURES)]
            await asyncio.sleep(0)
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            inner.gate.set()
            await guarded.ask(WANT)

        asyncio.run(run())
        assert tally.outages == 0


class TestCoalesced:
    def test_equal_wants_are_one_request(self, clock, tally):
        inner = Scripted(clock)

        async def run():
            coalesced = Coalesced(inner, tally)
            inner.gate = asyncio.Event()
            waiting = [asyncio.create_task(coalesced.ask(QuotesWanted(symbols=("A",)))) for _ in range(5)]
            await asyncio.sleep(0)
            inner.gate.set()
            return await asyncio.gather(*waiting)

        assert len({id(each) for each in asyncio.run(run())}) == 1
        assert (inner.requests, tally.shared) == (1, 4)

    def test_who_leaves_takes_nothing_from_the_others(self, clock, tally):
        inner = Scripted(clock)

        async def run():
            coalesced = Coalesced(inner, tally)
            inner.gate = asyncio.Event()
            first, second = (asyncio.create_task(coalesced.ask(WANT)) for _ in range(2))
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            inner.gate.set()
            return await second

        assert asyncio.run(run()).provider == "scripted"
        assert inner.requests == 1

    def test_when_all_have_left_nobody_asks_any_more(self, clock, tally):
        inner = Slow(clock)

        async def run():
            coalesced = Coalesced(inner, tally)
            inner.gate = asyncio.Event()
            waiting = [asyncio.create_task(coalesced.ask(WANT)) for _ in range(3)]
            await asyncio.sleep(0.01)
            assert inner.open == 1
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            await asyncio.sleep(0)
            assert inner.open == 0
            inner.gate.set()
            await coalesced.ask(WANT)

        asyncio.run(run())

    def test_an_error_is_everybodys(self, clock, tally):
        inner = Scripted(clock, failure(Refused))

        async def run():
            coalesced = Coalesced(inner, tally)
            return await asyncio.gather(*(coalesced.ask(WANT) for _ in range(3)), return_exceptions=True)

        assert all(isinstance(each, Refused) for each in asyncio.run(run()))
        assert inner.requests == 1


def test_all_layers_together(clock, tally):
    inner = Slow(clock, failure(Unreadable), failure(Unavailable), requests=500, at_once=2)

    async def run():
        provider = bearable([(inner, "")], clock, tally, tiers=None, sessions=calendar("us_stocks"), say=print)
        answers = await asyncio.gather(*(provider.ask(each) for each in (*wants(10), *wants(10))))
        await provider.close()
        return answers

    assert len(asyncio.run(run())) == 20
    assert (tally.requests, tally.retries, tally.shared, inner.most) == (12, 2, 10, 2)
    assert inner.closed


def test_every_error_of_the_tree_says_whether_to_ask_again():
    kinds = ProviderError.__subclasses__()
    assert {each for each in kinds if each.retryable} == {RateLimited, Unavailable, Unreadable}
