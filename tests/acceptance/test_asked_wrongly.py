"""Bad input: a sentence that says what was expected, found and to be done; the right exit code; never a traceback."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.conftest import run

WRONG = {
    "no command": (("scann", "close > 5"), "did you mean scan?"),
    "no argument": (("scan",), "required"),
    "unknown option": (("scan", "close > 5", "--colum", "a=b"), "did you mean --column?"),
    "no expression": (("scan", "close >"), "expected an expression"),
    "unknown name": (("scan", "close > smaa(20)"), "sma"),
    "wrong type": (("scan", "rsi(14)"), "yes/no"),
    "wrong column": (("scan", "close > 5", "--column", "rsi"), "NAME=EXPR"),
    "wrong column's expression": (("scan", "close > 5", "--column", "a=rsi("), "in column a"),
    "column of a kept name": (("scan", "close > 5", "--column", "symbol=rsi(14)"), "symbol"),
    "wrong rank": (("scan", "close > 5", "--rank", "close > 5"), "number"),
    "wrong interval": (("scan", "close > 5", "--interval", "1M"), "1mo"),
    "wrong date": (("scan", "close > 5", "--as-of", "tomorrow"), "2015-03-02"),
    "wrong limit": (("scan", "close > 5", "--limit", "-1"), "whole number"),
    "wrong format": (("scan", "close > 5", "--format", "xml"), "invalid choice"),
    "two universes": (("scan", "close > 5", "--universe", "liquid", "--symbols", "SPY"), "both"),
    "no symbols": (("scan", "close > 5", "--symbols", ","), "AAPL,MSFT"),
    "no such folder": (("scan", "close > 5", "--out", "nowhere/at/all.csv"), "make it first"),
    "no scan file": (("scan", "absent.toml"), "no absent.toml"),
    "nearly a ready scan": (("scan", "golden_cros"), "did you mean golden_cross?"),
    "nothing to explain": (("explain",), "--list"),
    "values without a symbol": (("values", "close"), "--symbol"),
    "too long a window": (("scan", "close > sma(1e9)"), "1,000,000,000"),
}


@pytest.mark.parametrize("case", WRONG)
def test_asked_wrongly_is_2_with_a_sentence(scanwright, case):
    words, expected = WRONG[case]
    ran = scanwright(*words)
    assert (ran.code, ran.out) == (2, "")
    assert expected in ran.err


def test_a_wrong_expression_is_pointed_at(scanwright):
    lines = scanwright("scan", "close > smaa(20)").err.splitlines()
    assert lines[1:3] == ["  close > smaa(20)", "          ^"]


def test_wrong_settings_are_all_named():
    ran = run("scan", "close > 5", SCANWRIGHT_MARKET=" ", SCANWRIGHT_THREADS="many")
    assert ran.code == 2
    assert "SCANWRIGHT_MARKET" in ran.err
    assert "SCANWRIGHT_THREADS: expected 1 to 256, found 'many'" in ran.err


def test_the_market_may_come_from_the_environment(market):
    assert run("data", "status", SCANWRIGHT_MARKET=str(market)).code == 0


def test_a_scan_file_with_a_wrong_key_is_refused(scanwright, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('where = "close > 5"\nranking = "close"\n')
    ran = scanwright("scan", str(path))
    assert (ran.code, "'ranking'" in ran.err) == (2, True)
    path.write_text("where = ")
    assert scanwright("scan", str(path)).code == 2


def test_no_market_is_1_and_says_how_to_make_one(tmp_path):
    ran = run("scan", "close > 5", "--market", str(tmp_path / "none"))
    assert (ran.code, ran.out) == (1, "")
    assert "scanwright data import" in ran.err


def test_finer_bars_than_are_at_hand_is_1(scanwright):
    ran = scanwright("scan", "close > 5", "--interval", "5m")
    assert (ran.code, "bars of 1d" in ran.err) == (1, True)


@pytest.mark.parametrize("words", [("values", "close", "--symbol", "SPX"), ("scan", "close > 5", "--why", "SPX")])
def test_an_unknown_symbol_that_is_asked_about_is_1(scanwright, words):
    ran = scanwright(*words)
    assert (ran.code, ran.out) == (1, "")
    assert "'SPX'" in ran.err


EMPTY = {
    "unknown symbol": (("close > 5", "--symbols", "NOPE"), {"unknown_symbol": 1}, "has no symbol 'NOPE'"),
    "before the data": (("close > 5", "--as-of", "1990-01-01"), {"no_bar": 60}, "the data begins on"),
    "longer warm-up": (("close > sma(5000)",), None, "the scan needs 5,000 bars"),
    "never true": (("close > 1e9",), None, "never true"),
}


@pytest.mark.parametrize("case", EMPTY)
def test_no_hit_is_0_with_a_reason(scanwright, case):
    words, missed, reason = EMPTY[case]
    ran = scanwright("scan", *words)
    receipt = json.loads(scanwright("scan", *words, "--format", "json").out)["receipt"]
    assert (ran.code, ran.out) == (0, "")
    assert reason in ran.err
    assert missed is None or receipt["missed"] == missed
    assert receipt["universe"] == receipt["judged"] + sum(receipt["missed"].values())


def test_after_the_data_is_said(scanwright):
    ran = scanwright("scan", "close > sma(50)", "--as-of", "2031-01-01")
    assert "the data ends on 2025-12-31" in ran.err
    assert ran.out


def test_some_unknown_symbols_are_missed_and_the_others_judged(scanwright):
    found = json.loads(scanwright("scan", "close > 0.01", "--symbols", "SPY,NOPE", "--format", "json").out)
    assert [row["symbol"] for row in found["results"]] == ["SPY"]
    assert found["receipt"]["missed"] == {"unknown_symbol": 1}
    assert "NOPE" in found["receipt"]["warnings"][0]
