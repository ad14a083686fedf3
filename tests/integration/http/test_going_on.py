"""A server that ends in the middle of a run: what was told stays, the run is interrupted, and goes on where it was."""

from __future__ import annotations

import contextlib
import signal

import pytest

from scanwright.app.records import opened
from scanwright.app.settings import CacheSettings, Settings
from scanwright.app.wiring import clock
from scanwright.store.market import create
from tests.exchange import running, small_market
from tests.integration.http.conftest import process, read, served

SCAN = {"where": "close > 0", "columns": {"rsi": "rsi(5)"}}
SOME = 8  # symbols whose bars come at first; a run waits for the others until they are let through


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return small_market(tmp_path_factory.mktemp("source") / "market", symbols=30)


@pytest.fixture
def settings(tmp_path):
    """A settings file with a cache of the test's own."""
    file = tmp_path / "scanwright.toml"
    file.write_text(f'[cache]\nfolder = "{tmp_path}/cache"\n')
    return file


def words(exchange, settings):
    return ("--provider", "simulated", "--url", exchange.url, "--settings", str(settings))


@contextlib.contextmanager
def asking(folder, exchange, settings):
    """A server in a thread that asks the exchange."""
    if not folder.exists():
        create(folder, name="mine")
    known = Settings.read(file=settings)
    with served(folder, settings=known, providers="simulated", url=exchange.url) as server:
        yield server


def some(server, run, count, after=0):
    """The events after one until so many hits have come."""
    found = []
    with contextlib.closing(read(server.client, run, after=after)) as events:
        for event in events:
            found.append(event)
            if sum(each["type"] == "hit" for each in found) >= count or event["type"] == "finished":
                return found
    return found


def test_a_run_that_a_termination_interrupts_goes_on_from_its_record(source, tmp_path, settings):
    folder = tmp_path / "market"
    with running(source) as exchange, process(folder, *words(exchange, settings)) as (started, server):
        exchange.let(SOME)
        run = server.start(SCAN)
        before = some(server, run, 2)
        started.send_signal(signal.SIGTERM)
        _, said = started.communicate(timeout=90)
        assert (started.returncode, "can be continued" in said) == (0, True), said
    with running(source) as exchange, asking(folder, exchange, settings) as server:
        exchange.let(SOME)
        found = server.client.get(f"/v1/runs/{run}").json()
        assert (found["status"], found["receipt"]) == ("interrupted", None)
        told = server.events(run)
        assert told[: len(before)] == before
        assert server.client.post(f"/v1/runs/{run}/continue").status_code == 202
        assert server.client.post(f"/v1/runs/{run}/continue").status_code == 409
        exchange.let()
        whole = [*told, *server.events(run, after=told[-1]["seq"])]
        assert server.events(run) == whole
    assert [each["seq"] for each in whole] == list(range(1, len(whole) + 1))
    hits = [each["symbol"] for each in whole if each["type"] == "hit"]
    assert len(hits) == len(set(hits))
    assert (whole[-1]["type"], whole[-1]["reason"]) == ("finished", "complete")
    asked = [each for each in whole if each["type"] == "started"]
    assert [each.get("continued", False) for each in asked] == [False, True]
    assert whole[-1]["receipt"]["hits"] == len(hits)


def test_events_of_a_run_are_served_after_a_restart(own):
    with served(own) as server:
        run = server.start({"where": "close > 0"})
        told = server.events(run)
    with served(own) as server:
        assert server.events(run) == told
        assert server.events(run, after=17) == told[17:]
        state = server.events(run, mode="state")[0]
        assert len(state["hits"]) == told[-1]["receipt"]["hits"]
        assert server.client.get(f"/v1/runs/{run}/results").json()["total"] == len(state["hits"])


def test_a_killed_server_leaves_what_it_wrote(own, tmp_path):
    with process(own) as (started, server):
        run = server.start({"where": "close > 0"})
        told = server.events(run)
        while server.client.get(f"/v1/runs/{run}").json()["status"] != "finished":
            pass
        deadline = clock().monotonic() + 90
        with opened(own, Settings(cache=CacheSettings(folder=tmp_path)), clock()) as records:
            while (records.get(run) or found_nothing()).status != "finished":
                assert clock().monotonic() < deadline
        started.kill()
    with served(own) as server:
        assert server.events(run) == told


def found_nothing():
    from scanwright.model.run import RunRecord

    return RunRecord(id="", status="running", started=clock().now(), definition={}, asked={})


def test_a_run_is_cancelled_with_a_receipt(source, tmp_path, settings):
    folder = tmp_path / "market"
    with running(source) as exchange, asking(folder, exchange, settings) as server:
        exchange.let(SOME)
        run = server.start(SCAN)
        some(server, run, 1)
        assert server.client.delete(f"/v1/runs/{run}").status_code == 202
        events = server.events(run)
        assert events[-1]["reason"] == "cancelled"
        receipt = events[-1]["receipt"]
        assert receipt["not_reached"] > 0
        assert receipt["universe"] == receipt["judged"] + sum(receipt["missed"].values()) + receipt["not_reached"]


def test_a_run_ends_when_as_many_requests_were_sent_or_hits_are_good(source, tmp_path, settings):
    with running(source) as exchange, asking(tmp_path / "market", exchange, settings) as server:
        last = server.events(server.start(SCAN, stop={"requests": 12}))[-1]
        assert last["reason"] == "budget"
        assert last["receipt"]["not_reached"] > 0
        events = server.events(server.start(SCAN, stop={"hits": 3, "good": "rsi(5) > 50"}))
        good = [each for each in events if each["type"] == "hit" and each["columns"]["good"]]
        assert (events[-1]["reason"], all(each["columns"]["rsi"] > 50 for each in good)) == ("enough", True)
        assert len(good) >= 3


def test_a_provider_that_is_gone_ends_the_run_in_its_time(tmp_path, settings, source):
    with running(source) as exchange:
        pass
    with asking(tmp_path / "market", exchange, settings) as server:
        events = server.events(server.start({"where": "close > 1", "universe": "AAPL"}, stop={"seconds": 1}))
        assert [each["type"] for each in events] == ["started", "finished"]
        assert (events[-1]["reason"], events[-1]["receipt"]) == ("budget", None)


def test_a_provider_that_refuses_fails_the_run_and_says_why(source, tmp_path, settings):
    with running(source, keys=("theirs",)) as exchange, asking(tmp_path / "market", exchange, settings) as server:
        run = server.start({"where": "close > 1"})
        events = server.events(run)
        assert (events[-1]["reason"], events[-1]["error"]["code"]) == ("failed", "refused")
        assert server.client.get(f"/v1/runs/{run}").json()["reason"] == "failed"


def test_a_killed_server_leaves_a_run_that_is_interrupted_at_once(source, tmp_path, settings):
    folder = tmp_path / "market"
    with running(source) as exchange:
        with process(folder, *words(exchange, settings)) as (started, server):
            exchange.let(SOME)
            run = server.start(SCAN)
            seen = some(server, run, 2)
            started.kill()
            started.communicate()
        with opened(folder, Settings(cache=CacheSettings(folder=tmp_path)), clock()) as records:
            kept = [each.read() for each in records.events(run, 0, 1000)]
            assert records.get(run).status == "running", "nobody could write that it is not"
        assert seen[-1]["type"] != "finished", seen[-1]
        assert kept[: len(seen)] == seen, "no reader has seen what is not on record"
        with asking(folder, exchange, settings) as server:
            assert server.client.get(f"/v1/runs/{run}").json()["status"] == "interrupted"
            listed = server.client.get("/v1/runs?status=interrupted").json()["runs"]
            assert ([each["id"] for each in listed], server.events(run)) == ([run], kept)
            exchange.let()
            assert server.client.post(f"/v1/runs/{run}/continue").status_code == 202
            whole = server.events(run)
        assert (whole[: len(kept)], whole[-1]["reason"]) == (kept, "complete")
        assert not list((folder / "runs").glob("going-*")), "its mark is gone"
