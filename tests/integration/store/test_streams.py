"""The streams of runs in a real Redis: bounded, gone in the end, one process a run, nothing known while it is away."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt

import pytest
from redis import Redis

from scanwright.model.clock import SettableClock
from scanwright.model.errors import SettingsError
from scanwright.model.run import Event, RunRecord
from scanwright.store.streams import AFTER, KEPT, LEASE, MOST, Streams
from tests.servers import redis_server

NOW = dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC)
RUN = RunRecord(id="r", status="running", started=NOW, definition={"where": "close > 1"}, asked={"order": "smart"})


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(autouse=True)
def emptied(redis):
    with Redis.from_url(redis.url) as client:
        client.flushall()


def events(first, last):
    return [Event.made(each, "miss", NOW, {"symbol": f"S{each}", "reason": "é"}) for each in range(first, last + 1)]


def done(server, story, count=1, say=pytest.fail, clock=None):
    """A story of as many processes as it takes."""

    clock = clock or SettableClock(NOW)

    async def told():
        async with contextlib.AsyncExitStack() as open_things:
            found = [Streams(server.url, "m", clock, say=say) for _ in range(count)]
            for each in found:
                open_things.push_async_callback(each.close)
            return await story(*found)

    return asyncio.run(told())


def test_events_come_back_as_they_were_from_any_place(redis):
    async def story(one, two):
        assert await one.put("r", events(1, 600), anew=True)
        assert await two.last("r") == 600
        assert await two.since("r", 598, 10) == events(599, 600)
        found, place = [], 0
        while place < 600:
            news = await two.news({"r": place, "other": 0})
            found += news.events["r"]
            place = found[-1].seq
        assert found == events(1, 600)
        assert (await two.news({"r": 600})).events == {}

    done(redis, story, 2)


def test_a_stream_is_bounded_and_goes_after_the_end(redis):
    async def story(streams):
        for at in range(0, MOST + 3000, 1000):
            some = [Event(seq=each, type="miss", line=b"{}") for each in range(at + 1, at + 1001)]
            assert await streams.put("r", some, anew=at == 0)
        with Redis.from_url(redis.url) as client:
            assert MOST <= client.xlen("scanwright:m:events:r") < MOST + 200
            assert 0 < client.ttl("scanwright:m:events:r") <= KEPT.total_seconds()
            await streams.close_run("r")
            assert 0 < client.ttl("scanwright:m:events:r") <= AFTER.total_seconds()
        assert (await streams.since("r", 0, 1))[0].seq > 1, "the first are in the record only"

    done(redis, story)


def test_a_run_that_goes_on_elsewhere_takes_the_place_of_what_was_left(redis):
    async def story(one, two):
        await one.put("r", events(1, 9), anew=True)
        assert not await one.put("r", events(9, 9), anew=False), "what is there already is not there twice"
        assert not one.is_lost
        assert await two.put("r", events(8, 12), anew=True)
        assert await one.since("r", 0, 100) == events(8, 12)

    done(redis, story, 2)


def test_one_process_does_a_run_as_long_as_it_lives(redis):
    async def story(one, two):
        assert await one.hold(RUN)
        assert await one.hold(RUN)
        assert await two.hold(RUN) is False
        assert await two.held(["r", "other"]) == {"r": RUN}
        await two.release("r")
        assert await one.held(["r"]) == {"r": RUN}, "only who holds it gives it up"
        with Redis.from_url(redis.url) as client:
            assert 0 < client.pttl("scanwright:m:lease:r") <= LEASE.total_seconds() * 1000
        await one.release("r")
        assert await two.hold(RUN)

    done(redis, story, 2)


def test_what_is_asked_of_whoever_does_a_run_is_heard_once(redis):
    async def story(one, two):
        assert await one.end("before anybody listened")
        assert (await two.news({})).ended == []
        assert await one.end("r")
        assert (await two.news({})).ended == ["r"]
        assert (await two.news({})).ended == []

    done(redis, story, 2)


def test_markets_that_share_a_redis_know_nothing_of_each_other(redis):
    async def story():
        one, two = (Streams(redis.url, name, SettableClock(NOW), say=pytest.fail) for name in ("one", "two"))
        await one.put("r", events(1, 2), anew=True)
        await one.hold(RUN)
        assert (await two.last("r"), await two.held(["r"])) == (0, {})
        await one.close()
        await two.close()

    asyncio.run(story())


def test_while_it_is_away_nothing_is_known_and_that_is_said_once(tmp_path):
    said, clock = [], SettableClock(NOW)

    async def story(streams):
        assert await streams.put("r", events(1, 2), anew=True)
        server.kill()
        assert not await streams.put("r", events(3, 3), anew=False)
        assert streams.is_lost
        assert (await streams.last("r"), list(await streams.since("r", 0, 9))) == (0, [])
        assert (await streams.hold(RUN), await streams.end("r"), await streams.news({})) == (None, False, None)
        assert len(said) == 1
        server.start()
        clock.advance(3)
        assert await streams.hold(RUN) is None, "one call tries, so that nobody else waits"
        assert (await streams.news({})).ended == []
        assert await streams.hold(RUN)
        assert (streams.is_lost, streams.has_leases) == (False, False), "it may have lost what others hold"
        clock.advance(LEASE.total_seconds() + 1)
        assert streams.has_leases

    with redis_server(tmp_path) as server:
        done(server, story, say=said.append, clock=clock)
    assert ("does not answer" in said[0], "answers again" in said[1], len(said)) == (True, True, 2)
    assert "redis://" not in said[0]


def test_one_that_takes_no_more_is_lost_too(tmp_path):
    said = []

    async def story(streams):
        with Redis.from_url(server.url) as client:
            client.config_set("maxmemory", 1)
        assert not await streams.put("r", events(1, 2), anew=True)
        assert streams.is_lost

    with redis_server(tmp_path) as server:
        done(server, story, say=said.append)
    assert "used memory" in said[0]


def test_who_asks_after_the_end_learns_nothing_and_nothing_is_said(redis):
    async def story(streams):
        await streams.hold(RUN)
        await streams.close()
        assert (await streams.last("r"), await streams.news({})) == (0, None)
        assert not streams.is_lost

    done(redis, story)


def test_an_address_that_is_none_is_a_setting_to_put_right():
    with pytest.raises(SettingsError, match="address of a Redis"):
        Streams("http://somewhere", "m", SettableClock(NOW), say=pytest.fail)
