"""Questions over HTTP: the language, checks, history, why, values, what is held, saved scans, counters."""

from __future__ import annotations

import pytest

from scanwright.app import market as markets
from scanwright.app.scans import Scan
from tests.integration.http.conftest import SCAN


def test_the_language_is_told_for_editors(server):
    found = server.client.get("/v1/language").json()
    words = {each["name"]: each for each in found["words"]}
    assert words["rsi"]["signature"].startswith("rsi(")
    assert {"doc", "example", "unit", "gives", "warmup", "source", "kind"} <= words["rsi"].keys()
    assert {"close", "volume", "sector"} <= {each["name"] for each in found["fields"]}
    sector = next(each for each in found["fields"] if each["name"] == "sector")
    assert "Energy" in sector["values"]
    assert found["aliases"]["stdev"] == "std"
    assert server.client.get("/v1/language/stdev").json()["name"] == "std"
    assert server.client.get("/v1/language/rsl").status_code == 404


def test_the_library_is_told(server):
    found = server.client.get("/v1/library").json()["scans"]
    assert "golden_cross" in [each["name"] for each in found]
    one = server.client.get("/v1/library/golden_cross").json()
    assert one["scan"]["where"] in one["file"]
    assert server.client.get("/v1/library/nothing").status_code == 404


def test_a_definition_is_checked(server):
    found = server.post("/v1/check", {"scan": SCAN}).json()
    assert (found["ok"], found["errors"]) == (True, [])
    assert found["plan"]["warmup"] == 19
    assert [each["term"] for each in found["selectivity"]["terms"]] == ["close > sma(20)"]
    assert 0 < found["selectivity"]["terms"][0]["percent"] < 100
    quick = server.post("/v1/check", {"scan": SCAN, "selectivity": False}).json()
    assert "selectivity" not in quick


@pytest.mark.parametrize(
    ("part", "scan", "place"),
    [
        ("where", {"where": "close > smaa(3)"}, (1, 9)),
        ("rank", {"where": "close > 1", "rank": "rsi(14"}, (1, 4)),
        ("column x", {"where": "close > 1", "columns": {"x": "1 +"}}, (1, 4)),
        ("universe", {"where": "close > 1", "universe": "close > foo"}, (1, 9)),
    ],
)
def test_what_is_wrong_is_told_with_its_place(server, part, scan, place):
    found = server.post("/v1/check", {"scan": scan}).json()
    assert not found["ok"]
    error = found["errors"][0]
    assert (error["part"], error["line"], error["column"]) == (part, *place)
    assert error["expected"]


def test_history_is_what_the_scan_says(server):
    found = server.post("/v1/history", {"scan": SCAN, "limit": 10}).json()
    whole = Scan(SCAN["where"], rank=SCAN["rank"], columns=SCAN["columns"]).history(markets.open(server.folder))
    assert found["receipt"]["result_hash"] == whole.receipt.result_hash
    assert (len(found["results"]), found["total"]) == (10, whole.receipt.hits)
    assert {"ret_1", "ret_5", "ret_20", "rsi"} <= found["results"][0].keys()


def test_why_and_values_agree(server):
    why = server.post("/v1/why", {"scan": SCAN, "symbol": "SPY"}).json()
    values = server.post("/v1/values", {"expression": "sma(20)", "symbol": "SPY", "limit": 5}).json()
    assert why["terms"][0]["right"] == values["values"][-1]["value"]
    assert (len(values["values"]), values["warmup"]) == (5, 19)
    assert server.post("/v1/why", {"scan": SCAN, "symbol": "SPYY"}).status_code == 422


def test_a_past_moment_is_asked_for(server):
    body = {"scan": {**SCAN, "as_of": "2025-06-30"}}
    events = server.events(server.post("/v1/runs", body).json()["id"])
    assert events[-1]["receipt"]["frame"] == "2025-06-30"
    assert (
        server.post("/v1/values", {"expression": "close", "symbol": "SPY", "as_of": "2025-06-30"}).json()["values"][-1][
            "ts"
        ]
        == "2025-06-30"
    )


def test_what_the_market_holds_is_told(server):
    found = server.client.get("/v1/data/status").json()
    assert found["intervals"][0]["interval"] == "1d"
    assert "folder" not in found["cache"]


def test_saved_scans_have_versions(own_server):
    server = own_server
    made = server.post("/v1/scans", {"name": "dips", "scan": SCAN, "note": "first"})
    assert (made.status_code, made.headers["location"], made.json()["version"]) == (201, "/v1/scans/dips", 1)
    changed = {**SCAN, "where": "close > sma(50)"}
    assert server.client.put("/v1/scans/dips", json={"scan": changed}).json()["version"] == 2
    assert server.client.put("/v1/scans/dips", json={"scan": changed}).json()["version"] == 2
    assert server.client.get("/v1/scans/dips").json()["scan"]["where"] == "close > sma(50)"
    assert server.client.get("/v1/scans/dips/versions/1").json()["scan"]["where"] == SCAN["where"]
    assert [each["version"] for each in server.client.get("/v1/scans/dips/versions").json()["versions"]] == [1, 2]
    run = server.post("/v1/runs", {"saved": "dips", "version": 1}).json()
    assert run["scan"]["where"] == SCAN["where"]
    assert server.client.delete("/v1/scans/dips").status_code == 204
    assert server.client.get("/v1/scans/dips").status_code == 404
    assert server.client.get("/v1/scans").json()["scans"] == []
    assert server.post("/v1/scans", {"name": "dips", "scan": SCAN}).json()["version"] == 4
    assert server.post("/v1/scans", {"name": "../dips", "scan": SCAN}).status_code == 422
    assert server.post("/v1/scans", {"name": "bad", "scan": {"where": "close >"}}).status_code == 422


def test_counters_are_told_to_prometheus(own_server):
    run = own_server.start()
    count = len(own_server.events(run))
    text = own_server.client.get("/metrics").text
    assert "scanwright_runs_total 1.0" in text
    assert f"scanwright_events_sent_total {count}.0" in text
    assert 'scanwright_requests_total{method="GET",path="/v1/runs/{run}/events",status="200"} 1.0' in text


@pytest.fixture
def own_server(own):
    from tests.integration.http.conftest import served

    with served(own) as found:
        yield found
