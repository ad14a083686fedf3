"""Types of trees, and arguments put in their places."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.nodes import Call, Constant, Field, Text
from scanwright.expr.types import LONGEST_WINDOW, Misfit, Typing, bind
from scanwright.model.errors import TooComplex, WrongType
from scanwright.model.signature import Type
from tests.unit.expr.language import read

TYPING = Typing(catalogue())
CLOSE, UP = Field("close"), Call("greater", (Field("close"), Field("open")))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("close", Type.NUMBER),
        ("3", Type.NUMBER),
        ("hour", Type.NUMBER),
        ("session", Type.NUMBER),
        ("sector", Type.CATEGORY),
        ('"Energy"', Type.CATEGORY),
        ("close > 3", Type.YESNO),
        ("close + 3", Type.NUMBER),
        ("not close > 3", Type.YESNO),
        ('sector in ("A",)', Type.YESNO),
        ("rsi(14)", Type.NUMBER),
        ("supertrend(10, 3).up", Type.YESNO),
        ("supertrend(10, 3).line", Type.NUMBER),
        ("close[1]", Type.NUMBER),
        ("(close > 3)[1]", Type.YESNO),
        ("sector[1]", Type.CATEGORY),
        ('at("1w", close > 3)', Type.YESNO),
        ('at("1w", close)', Type.NUMBER),
        ('of("SPY", close > 3)', Type.YESNO),
        ("by(sector, rank(close))", Type.NUMBER),
        ("raw(close > 3)", Type.YESNO),
        ("is_missing(close)", Type.YESNO),
        ("where(close > 3, 1, 0)", Type.NUMBER),
    ],
)
def test_a_tree_has_a_type(text, kind):
    assert TYPING.of(read(text)) is kind


def test_fields_of_the_bars_cannot_be_hidden_by_attributes():
    assert Typing(catalogue(), {"close": Type.CATEGORY}).of(CLOSE) is Type.NUMBER


def test_attributes_of_the_market_are_present():
    typing = Typing(catalogue(), {"float": Type.NUMBER})
    assert typing.of(Field("float")) is Type.NUMBER
    assert typing.present == {"float"}


def bound(name, *given, **named):
    return bind(TYPING, catalogue()[name], given, named)


def test_defaults_are_filled_in():
    assert bound("rsi") == Call("rsi", (CLOSE,), (14.0,))


def test_a_leading_number_is_a_constant_where_the_series_has_a_default():
    assert bound("rsi", Constant(5.0)) == Call("rsi", (CLOSE,), (5.0,))
    assert bound("macd", Constant(5.0), Constant(9.0)) == Call("macd", (CLOSE,), (5.0, 9.0, 9.0))


def test_a_series_that_must_be_given_may_be_a_number():
    assert bound("fill", CLOSE, Constant(0.0)) == Call("fill", (CLOSE, Constant(0.0)))


def test_the_last_argument_may_come_many_times():
    assert bound("min", CLOSE, Constant(3.0), CLOSE) == Call("min", (CLOSE, Constant(3.0), CLOSE))


@pytest.mark.parametrize(
    ("name", "given", "named", "at", "expected", "found"),
    [
        ("rsi", (UP,), {}, 0, "a number for x of rsi", "a yes/no"),
        ("rsi", (Text("a"),), {}, 0, "a number for x of rsi", "a category"),
        ("count", (CLOSE,), {}, 0, "a yes/no for condition of count", "a number"),
        ("rsi", (CLOSE, CLOSE), {}, 1, "a whole number of bars for n of rsi", "a series"),
        ("rsi", (Constant(2.5),), {}, 0, "a whole number of bars for n of rsi", "2.5"),
        ("rsi", (), {"n": Constant(0.0)}, "n", "at least 1 for n of rsi", "0"),
        ("rsi", (), {"m": Constant(3.0)}, "m", "one of x, n", "'m'"),
        ("rsi", (Constant(3.0),), {"n": Constant(3.0)}, "n", "n once", "it twice"),
        ("rsi", (CLOSE, Constant(3.0), CLOSE), {}, 2, "at most 2 arguments: rsi(x=close, n=14)", "3"),
        ("lag", (CLOSE,), {}, None, "lag(x, n)", "no n"),
        ("where", (UP, CLOSE), {}, None, "where(condition, yes, no)", "no no"),
        ("of", (CLOSE, CLOSE), {}, 0, "a word in quotes for symbol of of", "another thing"),
        ("quantile", (CLOSE, Constant(5.0), CLOSE), {}, 2, "a number known beforehand for q of quantile", "a series"),
        ("quantile", (CLOSE, Constant(5.0), Constant(1.1)), {}, 2, "at most 1 for q of quantile", "1.1"),
    ],
)
def test_an_argument_that_does_not_fit_says_which(name, given, named, at, expected, found):
    with pytest.raises(Misfit) as caught:
        bound(name, *given, **named)
    misfit = caught.value
    assert (misfit.at, misfit.kind, misfit.expected, misfit.found) == (at, WrongType, expected, found)


def test_a_window_is_bounded():
    assert bound("rsi", Constant(float(LONGEST_WINDOW)))
    with pytest.raises(Misfit) as caught:
        bound("rsi", Constant(LONGEST_WINDOW + 1.0))
    assert caught.value.kind is TooComplex
    assert caught.value.found == "20,001 bars, which need 160.0 kB a symbol"
