"""What was learned of a scan, over HTTP: nothing before it was learned, then odds; patterns at any time."""

from __future__ import annotations

import pytest

from scanwright.app.cli.commands import run

WHERE = "close > sma(20)"
PARTS = {"where": WHERE, "stop": "none", "target": "3%", "bars": 5}


@pytest.fixture(scope="module")
def learned(server):
    asked = {"params": PARTS}
    before = server.client.get("/v1/odds", **asked)
    assert before.status_code == 404
    assert "learn" in before.json()["hint"]
    run(["learn", WHERE, "--market", str(server.folder), "--stop", "none", "--target", "3%", "--bars", "5"])
    return server


def test_odds_of_the_hits_of_now(learned):
    found = learned.client.get("/v1/odds", params=PARTS)
    assert found.status_code == 200, found.text
    body = found.json()
    hits = learned.post("/v1/runs", {"scan": {"where": WHERE}})
    assert hits.status_code == 201
    rows = [dict(zip(body["columns"], row, strict=True)) for row in body["rows"]]
    assert rows
    assert {row["ts"] for row in rows} == {body["frame"]}
    chances = [row["p_success"] for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert all(row["p_low"] <= row["p_success"] <= row["p_high"] for row in rows)
    assert {row["evidence"] for row in rows} <= {"model", "base rate"}
    assert body["words"] == "long from the next open, target 3%, no stop, at most 5 bars"
    assert "spread 0.1 %" in body["costs"]
    assert body["base"]["count"] > 100
    assert body["chance"]["why"]
    assert not any("text" in each for each in body["models"].values())


def test_a_ranking_may_ask_for_what_was_learned(learned):
    scan = {"where": WHERE, "rank": "p_success", "columns": {"p": "p_success", "on": "evidence"}}
    events = learned.events(learned.start(scan))
    hits = [event for event in events if event["type"] == "hit"]
    assert hits
    assert {each["columns"]["on"] for each in hits} <= {"model", "base rate"}


def test_patterns_are_told_with_their_evidence(server):
    found = server.client.get("/v1/patterns", params={"where": WHERE, "bars": 5}).json()
    groups = {each["group"] for each in found["cells"]}
    assert {"weekday", "month", "market trend", "breadth", "market volatility"} <= groups
    for each in found["cells"]:
        assert each["grey"] == (each["verdict"] == "not enough evidence")
        assert each["mean"]["bounds"]["low"] <= each["mean"]["drawn"] <= each["mean"]["bounds"]["high"]
    assert sum(each["count"] for each in found["cells"] if each["group"] == "weekday") == found["episodes"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"library": "washout", "where": WHERE},
        {"where": WHERE, "stop": "2"},
        {"where": WHERE, "bars": 0},
        {"x": "1"},
    ],
)
def test_what_is_asked_wrongly_is_told(server, wrong):
    assert server.client.get("/v1/patterns", params=wrong).status_code in {400, 422}
