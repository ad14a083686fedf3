"""What servers count together in a real Redis: requests by the minute, what is open, and nothing while it is away."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from redis import Redis

from scanwright.app.wiring import clock
from scanwright.store.link import Link
from scanwright.store.quotas import HELD, Quotas
from tests.servers import redis_server


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(autouse=True)
def emptied(redis):
    with Redis.from_url(redis.url) as client:
        client.flushall()


def done(redis, story, say=pytest.fail):
    """A story of two servers."""

    async def told():
        async with contextlib.AsyncExitStack() as open_things:
            links = [Link(redis.url, clock(), say=say) for _ in range(2)]
            for each in links:
                open_things.push_async_callback(each.close)
            return await story(*(Quotas(each, "m:", name) for each, name in zip(links, "ab", strict=True)))

    return asyncio.run(told())


def test_two_servers_let_through_what_one_would(redis):
    async def story(a, b):
        waits = await asyncio.gather(*(server.wait("key", 10) for _ in range(15) for server in (a, b)))
        assert 10 <= waits.count(0.0) <= 12, "so many, and what comes back in the time that it takes"
        assert 0 < max(waits) <= 6.0
        assert await a.wait("another", 10) == 0.0
        assert await a.wait("half", 1) == 0.0
        assert 59 < await b.wait("half", 1) <= 60

    done(redis, story)


def test_what_is_open_is_counted_over_all_servers(redis):
    async def story(a, b):
        assert await a.enter("runs", "key", 1, 3)
        assert await b.enter("runs", "key", 1, 3)
        assert await b.enter("runs", "key", 2, 3)
        assert await a.enter("runs", "key", 2, 3) is False
        assert await a.enter("streams", "key", 1, 1), "another kind"
        await b.hold({("runs", "key"): 0})
        assert await a.enter("runs", "key", 2, 3)
        await a.hold({("runs", "key"): 2, ("streams", "key"): 0})
        assert await b.enter("runs", "key", 2, 3) is False
        assert await b.enter("streams", "key", 1, 1)

    done(redis, story)


def test_of_many_that_come_together_no_more_are_let_in_than_may(redis):
    async def story(a, b):
        both = [server.enter("runs", "key", at, 5) for at in range(1, 6) for server in (a, b)]
        found = await asyncio.gather(*both)
        assert 0 < found.count(True) <= 8
        assert await a.enter("runs", "key", 5, 5) is False or await b.enter("runs", "key", 5, 5) is False

    done(redis, story)


def test_what_a_server_that_was_killed_held_is_forgotten(redis):
    async def story(a, b):
        assert await a.enter("runs", "key", 1, 1)
        assert await b.enter("runs", "key", 1, 1) is False
        with Redis.from_url(redis.url) as client:
            (key,) = client.keys("m:open:*")
            assert 0 < client.pttl(key) <= HELD
            client.hset(key, "a", "1 1000")  # it last said so long ago
        assert await b.enter("runs", "key", 1, 1)

    done(redis, story)


def test_while_it_is_away_nothing_is_known(tmp_path):
    said = []

    async def story(a, b):
        assert await a.wait("key", 1) == 0.0
        server.kill()
        assert (await a.wait("key", 1), await b.enter("runs", "key", 1, 1)) == (None, None)
        await b.hold({("runs", "key"): 1})

    with redis_server(tmp_path) as server:
        done(server, story, say=said.append)
    assert len(said) == 2, "each server says so once"


def test_who_is_cancelled_as_the_answer_comes_is_cancelled(redis):
    async def story():
        link, answer = Link(redis.url, clock(), say=pytest.fail), asyncio.get_running_loop().create_future()
        task = asyncio.create_task(link.ask(lambda: asyncio.wait_for(answer, 60), default=None))
        await asyncio.sleep(0)
        answer.set_result("an answer")
        task.cancel()
        await asyncio.wait([task])
        await link.close()
        return task.cancelled()

    assert asyncio.run(story())
