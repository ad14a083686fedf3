"""The reader: what each kind of syntax becomes."""

from __future__ import annotations

import pytest

from scanwright.expr.nodes import Call, Constant, Field, Text
from scanwright.model.signature import Type
from tests.unit.expr.language import read, refused

CLOSE, OPEN, HIGH = Field("close"), Field("open"), Field("high")
UP = Call("greater", (CLOSE, OPEN))


def lag(node, bars):
    return Call("lag", (node,), (float(bars),))


READINGS = [
    ("close", CLOSE),
    ("  close  ", CLOSE),
    ("hl2", Call("hl2")),
    ("1.5", Constant(1.5)),
    ("1_000", Constant(1000.0)),
    ("0x10", Constant(16.0)),
    ("-3", Constant(-3.0)),
    ("+3", Constant(3.0)),
    ('"Energy"', Text("Energy")),
    ("'Energy'", Text("Energy")),
    ("-close", Call("neg", (CLOSE,))),
    ("+close", CLOSE),
    ("close + open", Call("add", (CLOSE, OPEN))),
    ("close - open", Call("sub", (CLOSE, OPEN))),
    ("close * open", Call("mul", (CLOSE, OPEN))),
    ("close / open", Call("div", (CLOSE, OPEN))),
    ("close ** 2", Call("pow", (CLOSE, Constant(2.0)))),
    ("close < open", Call("less", (CLOSE, OPEN))),
    ("close <= open", Call("less_equal", (CLOSE, OPEN))),
    ("close > open", UP),
    ("close >= open", Call("greater_equal", (CLOSE, OPEN))),
    ("close == open", Call("equal", (CLOSE, OPEN))),
    ("close != open", Call("not_equal", (CLOSE, OPEN))),
    ('sector == "Energy"', Call("equal", (Field("sector"), Text("Energy")))),
    ("not close > open", Call("not", (UP,))),
    ("close > open and close > open", Call("and", (UP, UP))),
    ("close > open or close > open", Call("or", (UP, UP))),
    ("close[3]", lag(CLOSE, 3)),
    ("close[0]", CLOSE),
    ("close[1][2]", lag(lag(CLOSE, 1), 2)),
    ("(close > open)[1]", lag(UP, 1)),
    ("sma(200)", Call("sma", (CLOSE,), (200.0,))),
    ("sma(high, 200)", Call("sma", (HIGH,), (200.0,))),
    ("sma(n=200)", Call("sma", (CLOSE,), (200.0,))),
    ("sma(n=20, x=high)", Call("sma", (HIGH,), (20.0,))),
    ("macd(12, 26, 9).hist", Call("macd", (CLOSE,), (12.0, 26.0, 9.0), "hist")),
    ("macd().hist", Call("macd", (CLOSE,), (12.0, 26.0, 9.0), "hist")),
    ("min(close, open, high)", Call("min", (CLOSE, OPEN, HIGH))),
    ('at("1w", close)', Call("at", (CLOSE,), ("1w", 0.0))),
    ('at("1w", close, forming=True)', Call("at", (CLOSE,), ("1w", 1.0))),
    ('of("SPY", close)', Call("of", (CLOSE,), ("SPY",))),
    ("by(sector, close)", Call("by", (Field("sector"), CLOSE))),
    ('sector in ("A", "B")', Call("in", (Field("sector"), Text("A"), Text("B")))),
    ('sector in ["A"]', Call("in", (Field("sector"), Text("A")))),
    ('sector not in ("A",)', Call("not", (Call("in", (Field("sector"), Text("A"))),))),
    ("rma(close, 14)", Call("wilder", (CLOSE,), (14.0,))),
    ("crossover(close, open)", Call("crosses_above", (CLOSE, OPEN))),
    ("crossunder(close, open)", Call("crosses_below", (CLOSE, OPEN))),
    ("barssince(close > open)", Call("bars_since", (UP,))),
    ("valuewhen(close > open, close)", Call("value_when", (UP, CLOSE))),
    ("stdev(close, 5)", Call("std", (CLOSE,), (5.0,))),
]


@pytest.mark.parametrize(("text", "tree"), READINGS, ids=[text for text, _ in READINGS])
def test_a_text_reads_as_its_tree(text, tree):
    assert read(text) == tree


def test_a_chain_of_comparisons_is_every_pair():
    pairs = Call("less", (Constant(1.0), CLOSE)), Call("less", (CLOSE, Constant(9.0)))
    assert read("1 < close < 9") == Call("and", pairs)
    assert read("ema(20) > ema(50) > ema(200)") == read("ema(20) > ema(50) and ema(50) > ema(200)")


@pytest.mark.parametrize(
    ("loose", "bound"),
    [
        ("close + open * high", "close + (open * high)"),
        ("close > open or close > high and open > high", "close > open or (close > high and open > high)"),
        ("not close > open and high > open", "(not close > open) and high > open"),
        ("-close ** 2", "-(close ** 2)"),
        ("close ** open ** high", "close ** (open ** high)"),
        ("close - open - high", "(close - open) - high"),
        ("-close[1]", "-(close[1])"),
    ],
)
def test_operators_bind_as_in_python(loose, bound):
    assert read(loose) == read(bound)


def test_lines_tabs_and_comments_are_blanks():
    assert read("close > 3 # up\n\tand volume > 5") == read("close > 3 and volume > 5")
    assert read('sector == "a # b"') == Call("equal", (Field("sector"), Text("a # b")))


def test_a_definition_stands_for_its_tree():
    assert read("strength < 40", define={"strength": read("rsi(14)")}) == read("rsi(14) < 40")


def test_a_definition_hides_a_name_of_the_language():
    assert read("close > 3", define={"close": read("open")}) == read("open > 3")


def test_columns_of_the_symbol_table_are_fields():
    kinds = {"float": Type.NUMBER, "theme": Type.CATEGORY}
    assert read('float < 1e7 and theme == "ai"', attributes=kinds)
    assert refused('theme == "ai"').code == "unknown-name"


def test_the_whole_has_the_type_that_was_asked_for():
    assert read("close > 3", expect=Type.YESNO)
    error = refused("close + 3", expect=Type.YESNO)
    assert (error.code, error.facts["expected"], error.facts["found"]) == ("wrong-type", "a yes/no", "a number")
    assert "rsi(14) < 40" in error.advice


def test_nothing_is_evaluated():
    for text in ("__import__('os')", "close.__class__", "(lambda: 1)()", "[x for x in (1,)]", "print(1)", "f'{1}'"):
        assert refused(text).line == 1


def test_the_same_text_gives_the_same_tree():
    assert read("rsi(14) < 40 and close > sma(200)") == read(" rsi( 14 )<40 and close>sma(close, 200) ")
