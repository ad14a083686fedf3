"""Deep runs on a real exchange: hits with their news and the figures of their options, which change no result."""

from __future__ import annotations

import json

from scanwright.data.simulated import simulate
from scanwright.store.market import create
from tests.acceptance.conftest import run
from tests.exchange import running

SCAN = ("close > sma(20)", "--rank", "roc(5)", "--provider", "simulated")


def test_hits_are_told_with_what_only_hits_need(tmp_path):
    market = create(tmp_path / "served", name="served")
    simulate(symbols=12, years=1, seed=7).write(market)
    with running(market) as exchange:
        words = ("scan", *SCAN, "--url", exchange.url)
        plain = run(*words, "--market", str(tmp_path / "plain"), "--format", "json")
        deep = run(*words, "--market", str(tmp_path / "deep"), "--preset", "deep", "--format", "jsonl")
    events = [json.loads(line) for line in deep.out.splitlines()]
    hits = [each for each in events if each["type"] == "hit"]
    stages = [each for each in events if each.get("stage") == "enrich" and each["type"] == "stage"]
    beside = {each["symbol"]: each["beside"] for each in events if "beside" in each}
    receipt = events[-1]["receipt"]
    assert (deep.code, events[-1]["reason"]) == (0, "complete")
    assert hits
    assert beside.keys() == {each["symbol"] for each in hits}
    assert all(each["news"] >= 0 for each in beside.values())
    assert (stages[0]["cost"], stages[-1]["done"]) == (1 + len(hits), len(hits))
    lacking = {each["symbol"] for each in events if each["type"] == "miss" and each["stage"] == "enrich"}
    assert all(("iv30" in each) != (symbol in lacking) for symbol, each in beside.items())
    assert receipt["result_hash"] == json.loads(plain.out)["receipt"]["result_hash"]
    assert receipt["missed"] == json.loads(plain.out)["receipt"]["missed"]
    shown = run(
        "runs",
        "show",
        json.loads(run("runs", "list", "--market", str(tmp_path / "deep"), "--format", "json").out)[0]["run"],
        "--market",
        str(tmp_path / "deep"),
        "--format",
        "json",
    )
    assert {each["symbol"]: each["news"] for each in json.loads(shown.out)["results"]} == {
        symbol: each["news"] for symbol, each in beside.items()
    }
