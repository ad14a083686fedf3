"""Two servers of one market share their runs through a real Redis: either tells of any run, whatever is lost."""

from __future__ import annotations

import contextlib
import json
import threading

import pytest
from websockets.sync.client import connect

from tests.exchange import running, small_market
from tests.integration.http.conftest import process, read
from tests.servers import redis_server

SCAN = {"where": "close > sma(5)", "columns": {"rsi": "rsi(5)"}}
SYMBOLS = 40


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return small_market(tmp_path_factory.mktemp("source") / "market", symbols=SYMBOLS)


@pytest.fixture
def redis(tmp_path):
    place = tmp_path / "redis"
    place.mkdir()
    with redis_server(place) as found:
        yield found


@pytest.fixture
def settings(tmp_path, redis):
    file = tmp_path / "scanwright.toml"
    file.write_text(f'streams = "{redis.url}"\n[cache]\nfolder = "{tmp_path}/cache"\n')
    return file


@contextlib.contextmanager
def pair(source, tmp_path, settings, rate):
    """Two servers of one market, both of which ask one exchange for bars."""
    with running(source, rate=rate) as exchange:
        words = ("--provider", "simulated", "--url", exchange.url, "--settings", str(settings))
        with process(tmp_path / "market", *words) as (one, a), process(tmp_path / "market", *words) as (_, b):
            yield one, a, b


class Reading(threading.Thread):
    """Reads a run in the background, until its stream ends or it has seen so many events."""

    def __init__(self, server, run, most=None):
        super().__init__()
        self.events, self._server, self._run, self._most = [], server, run, most
        self.start()

    def run(self):
        for event in read(self._server.client, self._run):
            self.events.append(event)
            if len(self.events) == self._most:
                return


def first(server, run, count):
    """The first events of a run."""
    with contextlib.closing(read(server.client, run)) as events:
        return [event for event, _ in zip(events, range(count), strict=False)]


def status(server, run):
    return server.client.get(f"/v1/runs/{run}").json()["status"]


def sharing(server):
    return server.client.get("/readyz").json()["runs"]


def until(what):
    """Ask over HTTP until it is so; each time is a request, and a deadline ends it."""
    from scanwright.app.wiring import clock

    deadline = clock().monotonic() + 20
    while not what():
        assert clock().monotonic() < deadline


def are_all_in_order(events):
    return [each["seq"] for each in events] == list(range(1, len(events) + 1)) and events[-1]["type"] == "finished"


def test_either_server_tells_of_every_run(source, tmp_path, settings):
    with pair(source, tmp_path, settings, rate=20.0) as (_, a, b):
        run = a.start(SCAN)
        assert status(b, run) == "running", "it is known as soon as it was answered"
        readers = [Reading(server, run) for server in (a, b, b, b)]
        cut = []
        for _ in range(10):
            headers = {"Last-Event-ID": str(len(cut))} if cut else None
            with contextlib.closing(read(b.client, run, headers)) as events:
                cut += [event for event, _ in zip(events, range(4), strict=False)]
        state = next(read(b.client, run, mode="state"))
        cut += b.events(run, after=len(cut)) if cut[-1]["type"] != "finished" else []
        with connect(f"ws{b.url.removeprefix('http')}/v1/runs/{run}/ws?after=2") as socket:
            told = [json.loads(each) for each in socket]
        for each in readers:
            each.join(20)
        whole = readers[0].events
        assert are_all_in_order(whole)
        assert all(each.events == whole for each in readers[1:])
        assert (cut, told) == (whole, whole[2:])
        assert 0 < state["seq"] <= whole[-1]["seq"]
        results = [server.client.get(f"/v1/runs/{run}/results").json()["results"] for server in (a, b)]
        assert results[0] == results[1] != []
        assert run in [each["id"] for each in b.client.get("/v1/runs").json()["runs"]]

        again = b.start({"where": "close > 0", "universe": "liquid"}, fresh=False)
        assert a.events(again) == b.events(again), "the other way round"


def test_a_run_is_ended_by_a_server_that_does_not_do_it(source, tmp_path, settings):
    with pair(source, tmp_path, settings, rate=3.0) as (_, a, b):
        run = a.start(SCAN)
        first(b, run, 3)
        assert b.client.delete(f"/v1/runs/{run}").status_code == 202
        events = b.events(run)
        assert are_all_in_order(events)
        assert (events[-1]["reason"], events) == ("cancelled", a.events(run))


def test_redis_is_killed_in_the_middle_and_comes_back(source, tmp_path, settings, redis):
    with pair(source, tmp_path, settings, rate=6.0) as (_, a, b):
        run = a.start(SCAN)
        readers = [Reading(server, run) for server in (a, b)]
        first(b, run, 6)
        redis.kill()
        until(lambda: sharing(b) == "lost")
        seen = len(readers[1].events)
        until(lambda: len(readers[1].events) > seen + 2)
        assert b.client.delete(f"/v1/runs/{run}").status_code == 503, "nobody can tell the other one now"
        assert status(b, run) == "running"
        redis.start()
        until(lambda: sharing(b) == "shared" == sharing(a))
        for each in readers:
            each.join(20)
        assert are_all_in_order(readers[0].events)
        assert readers[1].events == readers[0].events == b.events(run)
        assert readers[0].events[-1]["reason"] == "complete"


def test_a_killed_server_leaves_a_run_that_another_continues(source, tmp_path, settings):
    with pair(source, tmp_path, settings, rate=6.0) as (process_of_a, a, b):
        run = a.start(SCAN)
        seen = first(a, run, 12)
        lines = []

        def listened():
            with b.client.stream("GET", f"/v1/runs/{run}/events", timeout=60) as answer:
                lines.extend(answer.iter_lines())

        listening = threading.Thread(target=listened)
        listening.start()
        process_of_a.kill()
        until(lambda: status(b, run) == "interrupted")
        listening.join(20)
        assert [each for each in lines if each][-1] == ": interrupted"
        with connect(f"ws{b.url.removeprefix('http')}/v1/runs/{run}/ws") as socket:
            told = [json.loads(each) for each in socket]
        assert (socket.close_code, socket.close_reason) == (4001, "interrupted")
        assert told[: len(seen)] == seen, "also what was not on record yet"
        assert b.client.post(f"/v1/runs/{run}/continue").status_code == 202
        whole = b.events(run)
    assert whole[: len(told)] == told
    assert are_all_in_order(whole)
    hits = [each["symbol"] for each in whole if each["type"] == "hit"]
    assert len(hits) == len(set(hits)) == whole[-1]["receipt"]["hits"]
