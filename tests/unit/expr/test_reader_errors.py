"""The reader's errors: each says where, what was expected, what was found, and what to do."""

from __future__ import annotations

import pytest

from tests.unit.expr.language import read, refused

# text with the place marked by ^, code, found, and a part of the advice
ERRORS = [
    ("^", "expression", "nothing", "for example close > sma(200)"),
    ("close > ^> 3", "expression", "'>'", ""),
    ("close >^", "expression", "the end of the text", ""),
    ("^(close > 3", "expression", "'(close'", "close the bracket"),
    ("close > 3^)", "expression", "')'", "open the bracket"),
    ("close > 3^\0", "expression", "'\\x00'", "leave it out"),
    ('sector == ^"Energy', "expression", "'\"Energy'", "close the quotes"),
    ("volume > 3 and ^clos > 3", "unknown-name", "'clos'", "did you mean close?"),
    ("close > ^qqqqq(3)", "unknown-name", "'qqqqq'", "explain --list"),
    ("close > ^SMA(3)", "unknown-name", "'SMA'", "did you mean sma?"),
    ("^macd(12, 26, 9).hst > 0", "unknown-name", "'.hst'", "macd(12, 26, 9).line"),
    ("of(^SPY, close) > 1", "unknown-name", "'SPY'", 'of("SPY", close)'),
    ("sector == ^Energy", "unknown-name", "'Energy'", 'write "Energy"'),
    ("^close(1) > 3", "wrong-type", "close(...)", "write close[1]"),
    ("^less(close, 3)", "unknown-name", "'less'", "close < open"),
    ("^rsi > 30", "wrong-type", "the bare name rsi", "write rsi(14)"),
    ("^macd(12, 26, 9) > 0", "wrong-type", "all of them", "macd(12, 26, 9).line"),
    ("^sma(20).x > 3", "wrong-type", "'.x'", "sma has one result"),
    ("^open.high > 3", "wrong-type", "another thing", "macd(12, 26, 9).hist"),
    ("sma(^2.5) > 1", "wrong-type", "2.5", "use 3"),
    ("sma(^-3) > 1", "wrong-type", "-3", ""),
    ("sma(^0) > 1", "wrong-type", "0", ""),
    ("sma(close, ^open) > 1", "wrong-type", "a series", "sma(9)"),
    ("sma(close, 20, ^3) > 1", "wrong-type", "3", ""),
    ("sma(n=20, m=^3) > 1", "wrong-type", "'m'", "sma(x=close, n=9)"),
    ("sma(20, n=^3) > 1", "wrong-type", "it twice", ""),
    ("sma(^close > open, 3) > 1", "wrong-type", "a yes/no", "count(condition, n) counts it"),
    ("count(^close, 3) > 1", "wrong-type", "a number", "compare it with something"),
    ("quantile(close, 20, ^1.5) > 1", "wrong-type", "1.5", ""),
    ('^of("SPY") > 1', "wrong-type", "no x", 'of("SPY", close)'),
    ('at(^close, "1w") > 1', "wrong-type", "another thing", 'at("1w", rsi(14))'),
    ('at(^"2h", close) > 1', "wrong-type", "'2h'", ""),
    ('^at("1w", at("1mo", close)) > 1', "wrong-type", "at() within at()", "side by side"),
    ('^at("1w", rank(close)) > 1', "wrong-type", "rank, which looks across symbols", "rank(at(...))"),
    ('^of("SPY", rank(close)) > 1', "wrong-type", "rank, which looks across symbols", "rank(of(...))"),
    ('^during(close, "lunch") > 1', "wrong-type", "'lunch'", ""),
    ("close[^-1] > 3", "wrong-type", "-1", "no look-ahead"),
    ("close[^1.5] > 3", "wrong-type", "another thing", ""),
    ("close[^open] > 3", "wrong-type", "another thing", ""),
    ("close[^1:3] > 3", "wrong-type", "another thing", ""),
    ("close > open and ^volume", "wrong-type", "a number", "rsi(14) < 40"),
    ("not ^close", "wrong-type", "a number", "rsi(14) < 40"),
    ("close + (^close > open) > 1", "wrong-type", "a yes/no", "where(condition, 1, 0)"),
    ("^sector + 1 > 2", "wrong-type", "a category", ""),
    ('^sector > "Energy"', "wrong-type", "'>'", "== or !="),
    ('close > ^"3"', "wrong-type", "a category", "a word in quotes"),
    ("supertrend(10, 3).up == ^1", "wrong-type", "a number", "write it as it is"),
    ('sector in ^"Energy"', "wrong-type", "another thing", 'sector in ("Energy", "Utilities")'),
    ('sector in ("Energy", ^5)', "wrong-type", "another thing", ""),
    ("close in (^open, high)", "wrong-type", "another thing", ""),
    ("close > ^None", "wrong-type", "None", "is_missing(x)"),
    ("close > ^1j", "wrong-type", "constant", ""),
    ("close > ^1e999", "wrong-type", "one too large", ""),
    ("^lambda x: x", "expression", "lambda", ""),
    ("^[close, open]", "expression", "list", ""),
    ('^{"a": 1}', "expression", "dict", ""),
    ("(^close := 5) > 3", "expression", "named expr", ""),
    ('^f"{close}"', "expression", "joined str", ""),
    ("sma(^*close) > 3", "expression", "starred", ""),
    ("sma(**^close) > 3", "expression", "**", ""),
    ("(^close + 1)(3) > 3", "expression", "bin op", ""),
]


@pytest.mark.parametrize(("marked", "code", "found", "advice"), ERRORS, ids=[each[0] for each in ERRORS])
def test_an_error_says_where_what_and_what_to_do(marked, code, found, advice):
    column = marked.index("^") + 1
    error = refused(marked.replace("^", "", 1))
    assert (error.code, error.line, error.column) == (code, 1, column), error.pointed()
    assert found in str(error.facts["found"])
    assert error.facts["expected"]
    assert advice in error.advice


def test_the_caret_stands_under_the_place():
    error = refused("close > 3 and\nvolume >\tclos")
    assert (error.line, error.column) == (2, 10)
    message, shown, caret, hint = error.pointed().split("\n")
    assert message == "line 2, column 10: expected a field, function or definition, found 'clos'"
    assert shown.expandtabs(1)[caret.index("^") :] == "clos"
    assert hint.strip() == "Hint: did you mean close?"


def test_the_caret_finds_its_place_in_a_long_line():
    text = " + ".join(["close"] * 40) + " + clos"
    message, shown, caret, _ = refused(text).pointed().split("\n")
    assert f"column {text.rindex('clos') + 1}" in message
    assert shown[caret.index("^") :] == "clos"
    assert len(shown) <= 102


def test_places_count_characters_and_not_bytes():
    assert refused('sector == "Öl" and clos > 3').column == 20


@pytest.mark.parametrize(
    "text",
    [
        "close > highest(high, 20)",
        "close > highest(close, 20)",
        "open > highest(high, 20)",
        "highest(high, 20) < close",
        "low < lowest(low, 20)",
        "lowest(low, 20) > close",
        "rsi(14) > highest(rsi(14), 20)",
    ],
)
def test_close_above_highest_is_refused(text):
    error = refused(text)
    assert "never true" in error.text
    assert error.advice.endswith(", 20)[1]")


@pytest.mark.parametrize(
    "text",
    [
        "close > highest(high, 20)[1]",
        "close >= highest(close, 20)",
        "high > highest(close, 20)",
        "close < highest(high, 20)",
        "close > lowest(low, 20)",
    ],
)
def test_what_can_be_true_is_read(text):
    assert read(text)
