"""Playing with a scan over HTTP: words and places while it is written, hits as numbers move, near misses, marks."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.app import market as markets
from scanwright.app.scans import Scan
from tests.integration.http.conftest import SCAN, served
from tests.integration.http.test_security import bearer, made

WHERE = "close > sma(20) and rsi(14) < 60 and volume > 0.8 * sma(volume, 20)"


def test_a_condition_is_told_in_words_with_its_places(server):
    found = server.post("/v1/check", {"scan": {"where": WHERE}, "selectivity": False}).json()
    assert found["words"][0] == "The close is above the simple moving average sma(20)."
    texts = [WHERE[each["start"] : each["end"]] for each in found["terms"]]
    assert texts == [each["text"] for each in found["terms"]] == WHERE.split(" and ")
    numbers = {WHERE[each["start"] : each["end"]]: each["kind"] for each in found["numbers"]}
    assert numbers == {"20": "window", "14": "window", "60": "level", "0.8": "share"}
    assert all(each["low"] <= each["value"] <= each["high"] for each in found["numbers"])


def test_a_definition_stands_where_its_name_does(server):
    scan = {"where": "both and volume > 1", "define": {"x": "70", "both": "close > open and rsi(14) < x"}}
    found = server.post("/v1/check", {"scan": scan, "selectivity": False}).json()
    assert [(each["start"], each["end"]) for each in found["terms"]] == [(0, 4), (0, 4), (9, 19)]
    assert [each["term"] for each in found["numbers"]] == [2]


def test_how_often_each_term_was_true_over_the_last_year(server):
    found = server.post("/v1/check/selectivity", {"scan": {"where": WHERE}}).json()
    explained = Scan(WHERE).explain(markets.open(server.folder)).explained
    assert explained.days - 3 <= found["sessions"] <= explained.days  # on the first days nothing is known yet
    for each, other in zip(found["terms"], explained.terms, strict=True):
        assert (each["true"], each["known"], each["alone_missing"]) == (other.true, other.known, other.alone_missing)
    assert found["together"]["true"] == explained.together
    assert not found["never"]
    never = server.post("/v1/check/selectivity", {"scan": {"where": "rsi(14) > 99.9 and close > 1"}}).json()
    assert never["never"]
    assert "never true" in never["verdict"]


@pytest.mark.parametrize("where", [WHERE, "rank(roc(20)) < 30 and close > sma(20)", "close > 5 or rsi(14) < 40"])
def test_a_play_finds_what_the_scan_finds(server, where):
    market = markets.open(server.folder)
    scan = Scan(where, rank="roc(5)", universe="close > 8")
    body = {"scan": {"where": where, "rank": "roc(5)", "universe": "close > 8"}}
    found = server.post("/v1/play", {**body, "sessions": 60}).json()
    assert found["hits"] == [each.symbol for each in scan.now(market).hits]
    past = scan.history(market).outcomes.past
    assert found["per_session"] == past.per_day()[-60:].tolist()
    day = found["frames"][-30]
    assert server.post("/v1/play", {**body, "as_of": day}).json()["hits"] == [
        each.symbol for each in scan.now(market, day).hits
    ]


def test_a_term_that_is_left_out_asks_for_nothing(server):
    whole = server.post("/v1/play", {"scan": {"where": WHERE}, "off": [1]}).json()
    less = server.post("/v1/play", {"scan": {"where": "close > sma(20) and volume > 0.8 * sma(volume, 20)"}}).json()
    assert whole["hits"] == less["hits"]
    assert whole["per_session"][-50:] == less["per_session"][-50:]
    assert [each["off"] for each in whole["terms"]] == [False, True, False]
    assert server.post("/v1/play", {"scan": {"where": WHERE}, "off": [7]}).status_code == 422


def test_who_failed_by_little_is_told_with_how_much(server):
    found = server.post("/v1/play", {"scan": {"where": WHERE}, "near": 10}).json()
    assert [len(each["terms"]) for each in found["near"]] == sorted(len(each["terms"]) for each in found["near"])
    first = found["near"][0]
    why = server.post("/v1/why", {"scan": {"where": WHERE}, "symbol": first["symbol"]}).json()
    failed = [each for each in why["terms"] if not each["held"]]
    for mine, theirs in zip(first["terms"], failed, strict=True):
        assert np.isclose(mine["distance"], theirs["distance"])
        assert np.isclose(mine["left"], theirs["left"])


def test_flags_dismissals_and_notes_stay_and_are_lists(own):
    with served(own) as server:
        symbol = server.post("/v1/play", {"scan": SCAN}).json()["hits"][0]
        marked = server.client.put("/v1/marks", json={"symbol": symbol, "flagged": True, "note": "watch the gap"})
        assert marked.json() == {"symbol": symbol, "flagged": True, "dismissed": False, "note": "watch the gap"}
        assert server.post("/v1/play", {"scan": {**SCAN, "universe": "list:flagged"}}).json()["hits"] == [symbol]
        assert server.client.put("/v1/marks", json={"symbol": symbol, "dismissed": True}).json()["flagged"]
        assert symbol not in server.post("/v1/play", {"scan": {**SCAN, "exclude": "list:dismissed"}}).json()["hits"]
    with served(own) as server:
        found = server.client.get("/v1/marks").json()
        assert (found["flagged"], found["dismissed"]) == ([symbol], [symbol])
        assert found["notes"][symbol]["text"] == "watch the gap"
        server.client.put("/v1/marks", json={"symbol": symbol, "flagged": False, "dismissed": False, "note": ""})
        assert server.client.get("/v1/marks").json() == {"flagged": [], "dismissed": [], "notes": {}}


def test_lists_are_kept_and_name_a_universe(own):
    with served(own) as server:
        made = server.post("/v1/lists/mine", {"symbols": ["SPY", "NOPE"], "note": "to watch"})
        assert made.json() == {"entries": 2, "added": 2, "removed": 0, "present": 0}
        found = server.client.get("/v1/lists/mine").json()
        assert [each["symbol"] for each in found["entries"]] == ["SPY", "NOPE"]
        assert found["unknown"] == ["NOPE"]
        assert server.client.delete("/v1/lists/mine", params={"symbol": "NOPE"}).json()["removed"] == 1
        assert server.client.get("/v1/lists").json()["lists"] == [{"name": "mine", "symbols": 1}]
        scan = {"where": "close > 0", "universe": "list:mine"}
        assert server.post("/v1/play", {"scan": scan}).json()["hits"] == ["SPY"]
        assert server.client.delete("/v1/lists/mine").status_code == 204
        assert server.client.get("/v1/lists/mine").status_code == 404


def test_each_key_has_marks_of_its_own(own):
    heads = [bearer(made(own, "run")[1]) for _ in range(2)]
    with served(own) as server:
        for head, symbol in zip(heads, ("SPY", "QQQ"), strict=True):
            server.client.put("/v1/marks", json={"symbol": symbol, "flagged": True}, headers=head)
        for head, symbol in zip(heads, ("SPY", "QQQ"), strict=True):
            assert server.client.get("/v1/marks", headers=head).json()["flagged"] == [symbol]
            lists = server.client.get("/v1/lists", headers=head).json()["lists"]
            assert lists == [{"name": "flagged", "symbols": 1}]
            assert server.client.get("/v1/lists/flagged", headers=head).json()["entries"][0]["symbol"] == symbol
        run = server.post("/v1/runs", {"scan": {**SCAN, "universe": "list:flagged"}}, headers=heads[0]).json()
        assert run["scan"]["universe"].startswith("list:flagged.")
        hidden = run["scan"]["universe"].removeprefix("list:")
        assert server.client.get(f"/v1/lists/{hidden}", headers=heads[1]).status_code == 404
