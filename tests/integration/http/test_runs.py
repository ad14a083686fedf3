"""Runs over HTTP: started, told, read again from any event, cancelled, listed, their results in every form."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest
from websockets.sync.client import connect

from tests.integration.http.conftest import SCAN, read


@pytest.fixture(scope="module")
def over(server):
    """A run that is over, and all it told."""
    run = server.start()
    return run, server.events(run)


def test_a_run_is_told_from_started_to_finished(over):
    _, events = over
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
    assert (events[0]["type"], events[-1]["type"]) == ("started", "finished")
    receipt = events[-1]["receipt"]
    assert events[-1]["reason"] == "complete"
    assert receipt["universe"] == receipt["judged"] + sum(receipt["missed"].values()) + receipt["not_reached"]
    assert {"hits", "plan_hash", "data_hash", "result_hash", "worth"} <= receipt.keys()
    hits = [each for each in events if each["type"] == "hit"]
    assert len(hits) == receipt["hits"] > 0
    assert all({"symbol", "ts", "rank", "columns"} <= each.keys() and "rsi" in each["columns"] for each in hits)


def test_a_run_is_looked_at_and_listed(server, over):
    run, events = over
    found = server.client.get(f"/v1/runs/{run}").json()
    assert (found["status"], found["reason"], found["id"]) == ("finished", "complete", run)
    assert found["receipt"]["result_hash"] == events[-1]["receipt"]["result_hash"]
    assert found["scan"]["where"] == SCAN["where"]
    listed = server.client.get("/v1/runs", params={"status": "finished"}).json()["runs"]
    assert run in [each["id"] for each in listed]
    assert str(server.folder) not in json.dumps(listed)


def test_the_same_scan_by_the_command_has_the_same_hash(server, over):
    from scanwright.app import market as markets
    from scanwright.app.scans import Scan

    scan = Scan(SCAN["where"], rank=SCAN["rank"], columns=SCAN["columns"])
    assert over[1][-1]["receipt"]["result_hash"] == scan.now(markets.open(server.folder)).receipt.result_hash


@pytest.mark.parametrize("seen", [1, 7, 30])
def test_who_reconnects_gets_what_comes_after(server, over, seen):
    run, events = over
    assert server.events(run, headers={"Last-Event-ID": str(seen)}) == events[seen:]
    assert server.events(run, after=seen) == events[seen:]
    again = list(read(server.client, run, headers={"Last-Event-ID": str(seen)}, after=2))
    assert again == events[seen:], "what the browser says stands over the address"


def test_a_reader_cut_off_ten_times_has_every_event_once(server):
    run = server.start({"where": "close > 0"})
    seen = []
    for _ in range(10):
        for event in read(server.client, run, headers={"Last-Event-ID": str(len(seen))}):
            seen.append(event)
            if len(seen) % 11 == 0:
                break
    seen += server.events(run, after=len(seen))
    assert [each["seq"] for each in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["type"] == "finished"


def test_who_has_it_all_is_told_to_stop(server, over):
    run, events = over
    answer = server.client.get(f"/v1/runs/{run}/events", headers={"Last-Event-ID": str(events[-1]["seq"])})
    assert answer.status_code == 204


def test_the_state_comes_first_for_those_who_want_it(server, over):
    run, events = over
    state, *later = server.events(run, mode="state")
    assert (state["type"], state["seq"], later) == ("state", events[-1]["seq"], [])
    assert [each["symbol"] for each in state["hits"]] == [each["symbol"] for each in events if each["type"] == "hit"]
    assert state["finished"] == events[-1]


def test_the_socket_tells_what_the_stream_tells(server, over):
    run, events = over
    url = server.url.replace("http", "ws") + f"/v1/runs/{run}/ws"
    with connect(url) as socket:
        assert [json.loads(text) for text in socket] == events
    with connect(f"{url}?after=5") as socket:
        assert [json.loads(text) for text in socket] == events[5:]
    with connect(f"{url}?mode=state") as socket:
        assert [json.loads(text)["type"] for text in socket] == ["state"]


def test_results_are_sorted_filtered_and_cut_into_pages(server, over):
    run, events = over
    path = f"/v1/runs/{run}/results"
    whole = server.client.get(path).json()
    hits = [each for each in events if each["type"] == "hit"]
    assert [each["symbol"] for each in whole["results"]] == [each["symbol"] for each in hits]
    assert whole["results"][0] == {name: hits[0][name] for name in ("symbol", "ts", "rank", "columns")}
    by_rsi = server.client.get(path, params={"sort": "-rsi,symbol", "columns": "rsi"}).json()["results"]
    assert [each["columns"]["rsi"] for each in by_rsi] == sorted((h["columns"]["rsi"] for h in hits), reverse=True)
    assert set(by_rsi[0]["columns"]) == {"rsi"}
    few = server.client.get(path, params={"filter": ["rsi<60", "rsi>=50"]}).json()
    assert few["total"] == sum(50 <= each["columns"]["rsi"] < 60 for each in hits)
    pages = [server.client.get(path, params={"page": at, "size": 7}).json()["results"] for at in (1, 2)]
    assert pages[0] + pages[1] == whole["results"][:14]


def test_results_come_as_csv_and_parquet(server, over):
    run, events = over
    path, count = f"/v1/runs/{run}/results", sum(each["type"] == "hit" for each in events)
    text = server.client.get(path, headers={"Accept": "text/csv"})
    assert text.headers["content-type"].startswith("text/csv")
    frame = pl.read_csv(io.StringIO(text.text))
    assert (frame.columns, len(frame)) == (["symbol", "ts", "rank", "close", "rsi"], count)
    parquet = pl.read_parquet(io.BytesIO(server.client.get(path, params={"format": "parquet"}).content))
    assert parquet["rsi"].to_list() == frame["rsi"].to_list()
    assert parquet["ts"].dtype == pl.Date


def test_it_stops_when_it_is_enough(server):
    events = server.events(server.start(stop={"hits": 3}))
    assert (events[-1]["reason"], sum(each["type"] == "hit" for each in events)) == ("enough", 3)


def test_a_ready_scan_runs_by_its_name(server):
    found = server.post("/v1/runs", {"library": "golden_cross"})
    assert found.status_code == 201
    assert server.events(found.json()["id"])[-1]["reason"] == "complete"
    assert server.post("/v1/runs", {"library": "golden_cros"}).status_code == 422


def test_a_preset_is_laid_over_a_run(server):
    found = server.post("/v1/runs", {"scan": {"where": "close > 0"}, "preset": "quick"}).json()
    assert (found["scan"]["universe"], found["stop"]) == ("liquid", {"hits": 20})
    assert [each["name"] for each in server.client.get("/v1/presets").json()["presets"]] == ["quick", "deep"]


def test_a_run_that_is_over_is_not_continued_and_may_be_cancelled(server, over):
    run, _ = over
    assert server.client.post(f"/v1/runs/{run}/continue").status_code == 409
    assert server.client.delete(f"/v1/runs/{run}").status_code == 202
    assert server.client.get(f"/v1/runs/{run}").json()["reason"] == "complete"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"scan": {"where": "close > smaa(3)"}}, "unknown-name"),
        ({"scan": {"where": "close >"}}, "expression"),
        ({"scan": {"where": "close"}}, "wrong-type"),
        ({"scan": {"where": "close > 1", "columns": {"x": "rsi("}}}, "expression"),
        ({"scan": {"where": "close > 1", "interval": "7x"}}, "settings"),
        ({"scan": {"where": "close > 1", "as_of": "yesterday"}}, "settings"),
        ({"scan": {"where": "close > 1"}, "stop": {"good": 3}}, "settings"),
        ({"scan": {"where": "close > 1"}, "fresh": True}, "settings"),
        ({"scan": {"where": "close > 1"}, "preset": "fast"}, "settings"),
        ({"scan": {"where": "close > 1"}, "library": "golden_cross"}, "request"),
        ({}, "request"),
        ({"scan": {"where": "close > 1", "limit": 3}}, "request"),
        ({"scan": {"where": "close > 1"}, "stop": {"hits": 0}}, "request"),
    ],
)
def test_what_is_wrong_is_told_before_anything_begins(server, body, code):
    answer = server.post("/v1/runs", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (found["code"], found["status"]) == (code, 422)
    assert found["type"].endswith(code)
    assert found["detail"]


def test_an_expression_that_is_wrong_is_told_with_its_place(server):
    found = server.post("/v1/runs", {"scan": {"where": "close > smaa(3)"}}).json()
    assert (found["line"], found["column"]) == (1, 9)
    assert "sma" in found["hint"]
