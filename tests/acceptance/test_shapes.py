"""What programs rely on: the keys that docs/output.md names are the keys that the commands write."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import polars as pl
import pytest

from tests.acceptance.conftest import run

DOCS = Path(__file__).parents[2] / "docs" / "output.md"
SCAN = ("close > sma(50)", "--rank", "-rsi(14)", "--column", "strength=rsi(14)", "--column", "up=close > open")


def section(title: str) -> str:
    text = DOCS.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(title)}$\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, title
    return found.group(1)


def named(title: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", section(title)))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_scan_json_is_the_documented_object(scanwright):
    ran = scanwright("scan", *SCAN, "--format", "json")
    found = json.loads(ran.out)
    shown = json.loads(re.search(r"```json\n(.*?)```", section("scan"), re.DOTALL).group(1))
    assert ran.code == 0
    assert list(found) == list(shown) == ["scan", "results", "receipt"]
    assert found["scan"].keys() == shown["scan"].keys()
    assert found["receipt"].keys() == shown["receipt"].keys()
    assert [list(row) for row in found["results"][:1]] == [["symbol", "ts", "close", "rank", "strength", "up"]]


def test_a_receipt_adds_up(scanwright):
    receipt = json.loads(scanwright("scan", "close > sma(300)", "--format", "json").out)["receipt"]
    assert receipt["missed"].keys() <= named("scan")
    assert receipt["universe"] == receipt["judged"] + sum(receipt["missed"].values()) + receipt["not_reached"] == 60


def test_every_format_of_scan_holds_the_same_rows(scanwright, tmp_path):
    as_json = json.loads(scanwright("scan", *SCAN, "--format", "json").out)["results"]
    events = [json.loads(line) for line in scanwright("scan", *SCAN, "--format", "jsonl").out.splitlines()]
    hits = [event for event in events if event["type"] == "hit"]
    as_lines = [{"symbol": e["symbol"], "ts": e["ts"], "rank": e["rank"], **e["columns"]} for e in hits]
    as_csv = rows_of(scanwright("scan", *SCAN, "--format", "csv").out)
    assert scanwright("scan", *SCAN, "--out", str(tmp_path / "found.parquet")).out == ""
    as_parquet = pl.read_parquet(tmp_path / "found.parquet")
    assert as_json
    assert as_lines == as_json
    assert [row["symbol"] for row in as_csv] == [row["symbol"] for row in as_json]
    assert [float(row["strength"]) for row in as_csv] == [row["strength"] for row in as_json]
    assert {row["up"] for row in as_csv} <= {"true", "false"}
    assert as_parquet.drop("ts").to_dicts() == [{k: v for k, v in row.items() if k != "ts"} for row in as_json]
    assert as_parquet.schema["ts"] == pl.Date
    table = scanwright("scan", *SCAN, "--limit", "0").out.splitlines()
    assert table[0].split() == list(as_json[0])
    assert [line.split()[0] for line in table[1:]] == [row["symbol"] for row in as_json]


def test_the_ranking_sorts_the_highest_first(scanwright):
    ranks = [row["rank"] for row in json.loads(scanwright("scan", *SCAN, "--format", "json").out)["results"]]
    assert ranks == sorted(ranks, reverse=True)


def test_why_is_documented(scanwright):
    found = json.loads(scanwright("scan", "close > sma(50) and rsi(14) < 90", "--why", "SPY", "--format", "json").out)
    assert {*found, *found["terms"][0]} <= named("scan --why SYMBOL")
    assert [each["term"] for each in found["terms"]] == ["close > sma(50)", "rsi(14) < 90"]


def test_history_begins_with_symbol_and_ts_and_returns(scanwright):
    found = rows_of(scanwright("history", *SCAN, "--format", "csv").out)
    assert list(found[0]) == ["symbol", "ts", "ret_1", "ret_5", "ret_20", "close", "rank", "strength", "up"]
    assert [(row["ts"], row["symbol"]) for row in found] == sorted((row["ts"], row["symbol"]) for row in found)


def test_history_json_holds_the_summary(scanwright):
    ran = scanwright("history", "close > highest(high, 50)[1]", "--format", "json")
    found = json.loads(ran.out)
    outcome = found["summary"]["outcomes"][0]
    assert list(found) == ["scan", "results", "summary", "receipt"]
    assert {*found["summary"], *outcome, *outcome["without"], *outcome["mean_bounds"]} <= named("history")
    assert [each["horizon"] for each in found["summary"]["outcomes"]] == [1, 5, 20]
    assert outcome["hits"] == len(found["results"]) == found["receipt"]["hits"]
    assert "What came of them" in ran.err


def test_history_on_the_last_day_is_now(scanwright):
    today = json.loads(scanwright("scan", "close > sma(50)", "--format", "json").out)["results"]
    past = rows_of(scanwright("history", "close > sma(50)", "--format", "csv").out)
    assert [row["symbol"] for row in past if row["ts"] == "2025-12-31"] == [row["symbol"] for row in today]


def test_a_return_is_from_the_next_open_to_the_close_after(scanwright):
    hit = rows_of(scanwright("history", "close > sma(50)", "--symbols", "SPY", "--format", "csv").out)[0]
    opens = rows_of(scanwright("values", "open", "--symbol", "SPY", "--format", "csv").out)
    closes = rows_of(scanwright("values", "close", "--symbol", "SPY", "--format", "csv").out)
    at = [row["ts"] for row in opens].index(hit["ts"])
    for horizon in (1, 5, 20):
        expected = 100 * (float(closes[at + horizon]["value"]) / float(opens[at + 1]["value"]) - 1)
        assert float(hit[f"ret_{horizon}"]) == pytest.approx(expected)


def test_values_are_ts_and_value(scanwright):
    found = rows_of(scanwright("values", "rsi(14)", "--symbol", "SPY", "--format", "csv").out)
    whole = json.loads(scanwright("values", "rsi(14)", "--symbol", "SPY", "--format", "json").out)
    assert list(found[0]) == ["ts", "value"]
    assert [row["value"] for row in found[:15]] == [""] * 14 + [repr(whole["values"][14]["value"])]
    assert {*whole, *whole["values"][0]} == named("values")


def test_explain_is_documented(scanwright):
    found = json.loads(scanwright("explain", "close > sma(50) and rsi(14) < 40", "--format", "json").out)
    assert {*found, *found["terms"][0]} <= named("explain")
    word = json.loads(run("explain", "rsi", "--format", "json").out)
    assert word.keys() <= named("explain")
    assert word["example"] == "rsi(14)"


def test_explain_lists_every_function(scanwright):
    found = json.loads(run("explain", "--list", "--format", "json").out)
    assert {"sma", "rsi", "macd", "rank", "at"} <= {each["name"] for each in found}
    assert all(each["doc"] and each["example"] for each in found)
    assert found[0].keys() <= named("explain")


def test_prove_counts_and_says_so(scanwright):
    found = json.loads(scanwright("prove", "rsi(14)", "--symbols", "SPY", "--format", "json").out)
    assert found.keys() == named("prove")
    assert found["differences"] == 0
    assert found["values"] > 400
    ran = scanwright("prove", "rank(roc(20)) <= 10")
    assert (ran.code, "all the same bits" in ran.out) == (0, True)


def test_library_is_documented():
    found = rows_of(run("library", "--format", "csv").out)
    assert set(found[0]) == named("library")
    assert run("library", "golden_cross").out.startswith('name = "golden_cross"')


def test_data_providers_is_documented():
    found = {row["provider"]: row for row in rows_of(run("data", "providers", "--format", "csv").out)}
    assert set(found["yahoo"]) == named("data providers") - {"raw", "splits", "total"}
    assert found["yahoo"]["lacks"] == ""
    assert found["yahoo"]["back"].startswith("1m 29 days")
    assert found["massive"]["lacks"] == "massive needs providers.massive.key in the settings"
    assert (found["massive"]["limit"], found["massive"]["delayed"]) == ("5 in 60 s", "900.0")
    assert found["nasdaqtrader"]["tables"] == "symbols"


def test_data_status_and_check_are_documented(scanwright):
    status = json.loads(scanwright("data", "status", "--format", "json").out)
    assert {*status, *status["intervals"][0]} <= named("data status")
    found = rows_of(scanwright("data", "check", "--format", "csv").out)
    assert {*found[0], *(row["kind"] for row in found)} <= named("data check")
