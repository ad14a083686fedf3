"""The limits of a key over two servers that share their runs: together they let through what one would."""

from __future__ import annotations

import contextlib

import httpx2
import pytest

from scanwright.app.keys import Keys
from scanwright.app.records import opened
from scanwright.app.settings import Settings
from scanwright.app.wiring import clock
from scanwright.store.market import create
from tests.exchange import running, small_market
from tests.integration.http.conftest import served
from tests.servers import redis_server

LONG = 90.0  # seconds that a busy machine may take for anything
SCAN = {"where": "close > sma(5)"}


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with running(small_market(tmp_path_factory.mktemp("source") / "market", symbols=20)) as found:
        yield found


@pytest.fixture(scope="module")
def servers(tmp_path_factory, redis, exchange):
    """Two servers of one market that ask for keys, and what makes one."""
    place = tmp_path_factory.mktemp("limited")
    create(place / "market", name="limited")
    (place / "scanwright.toml").write_text(f'streams = "{redis.url}"\n[cache]\nfolder = "{place}/cache"\n')
    settings = Settings.read(file=place / "scanwright.toml")
    asking = {"settings": settings, "providers": "simulated", "url": exchange.url}
    with served(place / "market", **asking) as a, served(place / "market", **asking) as b:
        yield a, b


@pytest.fixture
def both(servers):
    """Clients of both servers with one key of a test's own."""
    with contextlib.ExitStack() as clients:

        def made(**limits):
            with opened(servers[0].folder, Settings(), clock()) as records:
                _, secret = Keys(records.keys, clock()).make("test", ["run"], limits)
            headers = {"Authorization": f"Bearer {secret.reveal()}"}
            found = [httpx2.Client(base_url=each.url, headers=headers, timeout=LONG) for each in servers]
            return [clients.enter_context(each) for each in found]

        yield made


def until(what):
    deadline = clock().monotonic() + LONG
    while not what():
        assert clock().monotonic() < deadline


def started(client):
    return client.post("/v1/runs", json={"scan": SCAN})


def test_requests_are_counted_together(both):
    clients, begun = both(requests=20), clock().monotonic()
    found = [client.get("/v1/presets") for _ in range(20) for client in clients]
    passed = [each.status_code for each in found].count(200)
    assert 20 <= passed <= 21 + (clock().monotonic() - begun) / 3, "a third of a request comes back in a second"
    refused = [each for each in found if each.status_code == 429]
    assert {each.json()["code"] for each in refused} == {"too-many"}
    assert all(1 <= int(each.headers["retry-after"]) <= 3 for each in refused)


def test_runs_and_readers_are_counted_together(both, exchange):
    a, b = both(runs=1, streams=1)
    exchange.let(3)
    run = started(a).json()["id"]
    assert started(b).status_code == 429
    with a.stream("GET", f"/v1/runs/{run}/events") as events:
        assert events.status_code == 200
        assert b.get(f"/v1/runs/{run}/events").status_code == 429
    until(lambda: reads(b, run) == 200)
    exchange.let()
    until(lambda: started(b).status_code == 201)


def reads(client, run):
    with client.stream("GET", f"/v1/runs/{run}/events") as events:
        return events.status_code


def test_while_redis_is_lost_each_server_goes_by_its_own_counts(both, redis):
    clients = both(requests=5)
    redis.kill()
    try:
        found = [client.get("/v1/presets").status_code for client in clients for _ in range(8)]
        assert 10 <= found.count(200) < 16
    finally:
        redis.start()
    fresh = both(requests=5)
    until(lambda: fresh[0].get("/readyz").json()["runs"] == "shared" == fresh[1].get("/readyz").json()["runs"])
    assert [client.get("/v1/presets").status_code for client in fresh for _ in range(5)].count(200) < 10
