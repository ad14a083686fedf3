"""The shared tier on a real Redis: found by others, lost in the middle, used again when it is back."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys

import pytest

from scanwright.data.cache.layer import Cached
from scanwright.data.cache.tiers import opened
from scanwright.data.ports import ChainWanted, QuotesWanted
from scanwright.model.calendars import calendar
from scanwright.model.clock import SettableClock
from tests.providers import Scripted
from tests.servers import redis_server

US = calendar("us_stocks")


@pytest.fixture
def clock():
    return SettableClock(dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


def quotes(name):
    return QuotesWanted(symbols=(name,))


def test_another_machine_finds_what_the_first_kept(running, clock, tmp_path):
    async def machine(folder):
        tiers, provider = opened(tmp_path / folder, clock, say=pytest.fail, redis=running.url), Scripted(clock)
        answer = await Cached(provider, tiers, clock, US, scope="another machine").ask(ChainWanted(underlying="SPY"))
        await tiers.close()
        return provider.requests, answer.tier

    assert [asyncio.run(machine(name)) for name in ("one", "two", "two")] == [(1, ""), (0, "redis"), (0, "disk")]


@pytest.mark.parametrize("harm", ["kill", "freeze"])
def test_it_goes_on_without_it_says_so_and_uses_it_again(clock, tmp_path, harm):
    told = []

    async def story(server):
        tiers, provider = opened(tmp_path / "cache", clock, say=told.append, redis=server.url), Scripted(clock)
        cached = Cached(provider, tiers, clock, US)
        await cached.ask(quotes("A"))
        getattr(server, harm)()
        for name in "BCDE":
            await cached.ask(quotes(name))
        assert len(told) == 1
        assert "does not answer" in told[0]
        assert "going on without it" in told[0]
        server.start() if harm == "kill" else server.thaw()
        clock.advance(31)
        await cached.ask(quotes("F"))
        assert "answers again" in told[-1]
        assert len(told) == 2
        tally = tiers.tallies()["redis"]
        await tiers.close()
        return provider.requests, tally

    with redis_server(tmp_path) as server:
        requests, tally = asyncio.run(story(server))
    assert requests == 6, "each was asked once, Redis or not"
    assert tally.failures == 1, "while it is lost it is not asked at every turn"
    assert tally.bytes_written > 0


def test_an_address_where_nobody_listens_costs_one_refused_connection(clock, tmp_path):
    told = []

    async def story():
        tiers, provider = opened(tmp_path, clock, say=told.append, redis="redis://127.0.0.1:1/0"), Scripted(clock)
        cached = Cached(provider, tiers, clock, US)
        for name in "ABC":
            await cached.ask(quotes(name))
        await tiers.close()
        return provider.requests

    assert asyncio.run(story()) == 3
    assert len(told) == 1


ONE_OF_SEVERAL = """
import asyncio, datetime as dt, pathlib, sys
from tests.providers import Scripted
from scanwright.data.cache.layer import Cached
from scanwright.data.cache.tiers import opened
from scanwright.model.calendars import calendar
from scanwright.data.ports import ChainWanted
from scanwright.model.clock import SettableClock

class Slow(Scripted):
    async def ask(self, want):
        print("asks", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return await super().ask(want)

async def story():
    clock = SettableClock(dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC))
    tiers = opened(pathlib.Path(sys.argv[1]), clock, say=print, redis=sys.argv[2])
    cached = Cached(Slow(clock), tiers, clock, calendar("us_stocks"), scope=sys.argv[3])
    print("ready", flush=True)
    answer = await cached.ask(ChainWanted(underlying="SPY"))
    print("answered", answer.tier or "provider", flush=True)
    await tiers.close()

asyncio.run(story())
"""


def process(folder, redis, scope):
    words = [sys.executable, "-c", ONE_OF_SEVERAL, str(folder), redis, scope]
    found = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert found.stdout.readline() == "ready\n"
    return found


@pytest.mark.parametrize("shared", ["disk", "redis"])
def test_of_two_processes_one_asks_and_the_other_waits(running, tmp_path, shared):
    folders = [tmp_path / "a", tmp_path / ("b" if shared == "redis" else "a")]
    redis = running.url if shared == "redis" else ""
    first = process(folders[0], redis, f"flight {shared}")
    assert first.stdout.readline() == "asks\n"
    second = process(folders[1], redis, f"flight {shared}")
    first.stdin.write("\n")
    first.stdin.flush()
    assert first.communicate(timeout=30)[0] == "answered provider\n"
    assert second.communicate(timeout=30)[0] == f"answered {shared}\n"


def test_one_that_dies_while_it_asks_does_not_hold_the_others_up(tmp_path):
    first = process(tmp_path, "", "death")
    assert first.stdout.readline() == "asks\n"
    second = process(tmp_path, "", "death")
    first.kill()
    first.communicate()
    assert second.stdout.readline() == "asks\n"
    assert second.communicate("\n", timeout=30)[0] == "answered provider\n"
