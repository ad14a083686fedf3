"""Two servers of one market share their runs through a real Redis: either tells of any run, whatever is lost."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading

import pytest
from redis import Redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from scanwright.app.http.shared import RENEW
from scanwright.app.settings import Settings
from scanwright.app.wiring import clock
from scanwright.store.market import create
from tests.exchange import running, small_market
from tests.integration.http.conftest import process, read, served
from tests.servers import redis_server

SYMBOLS, PART = 120, 20
SOME = 6  # symbols of a part whose bars come at first; a run waits for the others until they are let through
LONG = 90.0  # seconds that a busy machine may take for anything


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return small_market(tmp_path_factory.mktemp("source") / "market", symbols=SYMBOLS)


@pytest.fixture(scope="module")
def exchange(source):
    """One exchange for all servers. What it lets through says how far a run can come, whatever the machine does."""
    with running(source) as found:
        yield found


@pytest.fixture(autouse=True)
def opened(exchange):
    yield
    exchange.let()


@pytest.fixture(scope="module")
def place(tmp_path_factory, redis):
    """A market for several servers, and their settings."""
    found = tmp_path_factory.mktemp("shared")
    settings = [f'streams = "{redis.url}"', f'[cache]\nfolder = "{found}/cache"']
    settings.append("[providers.simulated]\nrequests_per_second = 500")
    (found / "scanwright.toml").write_text("\n".join(settings))
    create(found / "market", name="shared")
    return found


@pytest.fixture(scope="module")
def two(place, exchange):
    """Two servers, each with an event loop and connections of its own."""
    settings = Settings.read(file=place / "scanwright.toml")
    asking = {"settings": settings, "providers": "simulated", "url": exchange.url}
    with served(place / "market", **asking) as a, served(place / "market", **asking) as b:
        yield a, b


@pytest.fixture(scope="module")
def parts(source):
    """Parts of the market, each for one test: nobody has asked for its bars yet."""
    names = source.panel(source.intervals()[0]).symbols
    return iter([names[at : at + PART] for at in range(0, SYMBOLS, PART)])


@pytest.fixture
def scan(parts):
    return scan_of(next(parts))


def scan_of(symbols):
    return {"where": "close > sma(5)", "columns": {"rsi": "rsi(5)"}, "universe": ",".join(symbols)}


class Reading(threading.Thread):
    """Reads a run in the background until its stream ends."""

    def __init__(self, server, run):
        super().__init__()
        self.events, self.comments, self._server, self._run = [], [], server, run
        self._news = threading.Condition()
        self.start()

    def run(self):
        with self._server.client.stream("GET", f"/v1/runs/{self._run}/events", timeout=LONG) as answer:
            for line in answer.iter_lines():
                with self._news:
                    if line.startswith("data: "):
                        self.events.append(json.loads(line[6:]))
                    elif line.startswith(":"):
                        self.comments.append(line)
                    self._news.notify_all()

    def further(self, count):
        """Wait until more than so many events have come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.events) > count, LONG), self.events[-1:]

    def whole(self):
        """All events, when the stream has ended."""
        self.join(LONG)
        assert not self.is_alive(), self.events[-1:]
        return self.events


def heard(server, run, after=0):
    """What a WebSocket tells, and how it closes."""
    told = []
    with connect(f"ws{server.url.removeprefix('http')}/v1/runs/{run}/ws?after={after}") as socket:
        with contextlib.suppress(ConnectionClosed):
            while True:
                told.append(json.loads(socket.recv()))
        return told, (socket.close_code, socket.close_reason)


def first(server, run, count):
    """The first events of a run."""
    with contextlib.closing(read(server.client, run)) as events:
        return [event for event, _ in zip(events, range(count), strict=False)]


def status(server, run):
    return server.client.get(f"/v1/runs/{run}").json()["status"]


def connections_that_wait(redis):
    with Redis.from_url(redis.url) as client:
        return sum(each["cmd"] == "xread" for each in client.client_list())


def sharing(server):
    return server.client.get("/readyz").json()["runs"]


def until(what):
    """Ask over HTTP until it is so; each time is a request, and a deadline ends it."""
    deadline = clock().monotonic() + LONG
    while not what():
        assert clock().monotonic() < deadline


def are_all_in_order(events):
    return [each["seq"] for each in events] == list(range(1, len(events) + 1)) and events[-1]["type"] == "finished"


def test_either_server_tells_of_every_run(two, scan, redis, exchange):
    a, b = two
    exchange.let(SOME)
    run = a.start(scan)
    assert status(b, run) == "running", "it is known as soon as it was answered"
    readers = [Reading(server, run) for server in (a, b, b, b)]
    first(b, run, 1)
    assert connections_that_wait(redis) <= 2, "one a server, however many read"
    state = next(read(b.client, run, mode="state"))
    exchange.let()
    cut = []
    for _ in range(10):
        headers = {"Last-Event-ID": str(len(cut))} if cut else None
        with contextlib.closing(read(b.client, run, headers)) as events:
            cut += [event for event, _ in zip(events, range(3), strict=False)]
    cut += b.events(run, after=len(cut)) if cut[-1]["type"] != "finished" else []
    told, _ = heard(b, run, after=2)
    whole = readers[0].whole()
    assert are_all_in_order(whole)
    assert all(each.whole() == whole for each in readers[1:])
    assert (cut, told) == (whole, whole[2:])
    assert 0 <= state["seq"] < whole[-1]["seq"]
    results = [server.client.get(f"/v1/runs/{run}/results").json()["results"] for server in two]
    assert results[0] == results[1] != []
    assert all(run in [each["id"] for each in server.client.get("/v1/runs").json()["runs"]] for server in two)

    again = b.start(scan, fresh=False)
    assert are_all_in_order(a.events(again)), "the other way round, at once"
    assert a.events(again) == b.events(again)


def test_a_run_is_ended_by_a_server_that_does_not_do_it(two, scan, exchange):
    a, b = two
    exchange.let(SOME)
    run = a.start(scan)
    first(b, run, 3)
    until(lambda: b.client.delete(f"/v1/runs/{run}").status_code == 202)
    events = b.events(run)
    assert are_all_in_order(events)
    assert (events[-1]["reason"], events) == ("cancelled", a.events(run))


def test_redis_is_killed_in_the_middle_and_comes_back(two, scan, redis, exchange):
    a, b = two
    exchange.let(SOME)
    run = a.start(scan)
    readers = [Reading(server, run) for server in two]
    first(b, run, 3)
    redis.kill()
    until(lambda: sharing(b) == "lost")
    seen = len(readers[0].events)
    exchange.let(SOME)
    readers[1].further(seen)
    assert b.client.delete(f"/v1/runs/{run}").status_code == 503, "nobody can tell the other one now"
    assert status(b, run) == "running"
    redis.start()
    until(lambda: sharing(b) == "shared" == sharing(a))
    assert status(b, run) == "running", "what Redis has lost is no sign of an end"
    exchange.let()
    whole = readers[0].whole()
    assert are_all_in_order(whole)
    assert readers[1].whole() == whole == b.events(run)
    assert whole[-1]["reason"] == "complete"


def test_a_run_whose_last_events_are_not_kept_yet_goes_on_for_other_servers(two, scan, exchange):
    a, b = two
    exchange.let(SOME)
    run = a.start(scan)
    reader = Reading(b, run)
    first(b, run, 3)
    with contextlib.closing(sqlite3.connect(a.folder / "runs.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # nothing can be written meanwhile
        exchange.let()
        until(lambda: status(a, run) == "finished")
        end = clock().monotonic() + 2 * RENEW
        while clock().monotonic() < end:
            assert status(b, run) == "running"
        other.execute("ROLLBACK")
    assert are_all_in_order(reader.whole())


def test_a_killed_server_leaves_a_run_that_another_continues(two, place, scan, exchange):
    a, b = two
    words = ("--provider", "simulated", "--url", exchange.url, "--settings", str(place / "scanwright.toml"))
    with process(place / "market", *words) as (started, killed):
        exchange.let(SOME)
        run = killed.start(scan)
        reader = Reading(b, run)
        seen = first(killed, run, 3)
        started.kill()
    until(lambda: status(b, run) == "interrupted")
    told = reader.whole()
    assert reader.comments[-1] == ": interrupted"
    assert heard(b, run) == (told, (4001, "interrupted"))
    assert told[: len(seen)] == seen
    assert run in [each["id"] for each in a.client.get("/v1/runs?status=interrupted").json()["runs"]]
    exchange.let(SOME)
    assert b.client.post(f"/v1/runs/{run}/continue").status_code == 202
    assert a.client.post(f"/v1/runs/{run}/continue").status_code == 409, "of two one does"
    exchange.let()
    whole = a.events(run)
    assert whole[: len(told)] == told
    assert are_all_in_order(whole)
    hits = [each["symbol"] for each in whole if each["type"] == "hit"]
    assert len(hits) == len(set(hits)) == whole[-1]["receipt"]["hits"]
