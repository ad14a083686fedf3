"""The same tree from Python as from text."""

from __future__ import annotations

import pytest

from scanwright import expr as sw
from scanwright.expr import Expr, close, high, low, open_, volume
from scanwright.indicators.bollinger import bollinger
from scanwright.indicators.macd import macd
from scanwright.indicators.rsi import rsi
from scanwright.indicators.sma import sma
from scanwright.model.errors import WrongType
from tests.unit.expr.language import read

PAIRS = [
    (close > sma(close, 200), "close > sma(200)"),
    ((close > sma(n=200)) & (rsi(n=14) < 40), "close > sma(200) and rsi(14) < 40"),
    ((close > 1) | (open_ > 2), "close > 1 or open > 2"),
    (~(close > 1), "not close > 1"),
    (close[3], "close[3]"),
    (close[0], "close"),
    (close + 1, "close + 1"),
    (1 + close, "1 + close"),
    (close - open_, "close - open"),
    (1 - close, "1 - close"),
    (2 * close, "2 * close"),
    (close * 2, "close * 2"),
    (close / open_, "close / open"),
    (1 / close, "1 / close"),
    (close**2, "close ** 2"),
    (2**close, "2 ** close"),
    (-close, "-close"),
    (close < 1, "close < 1"),
    (close <= 1, "close <= 1"),
    (close >= 1, "close >= 1"),
    (close == 1, "close == 1"),
    (close != open_, "close != open"),
    (sw.field("sector") == "Energy", 'sector == "Energy"'),
    (sw.field("hour") < 10, "hour < 10"),
    (macd(close, 12, 26, 9).hist < 0, "macd(12, 26, 9).hist < 0"),
    (bollinger(n=20, k=2).lower < low, "bollinger(20, 2).lower < low"),
    (sw.min_(close, open_, 3), "min(close, open, 3)"),
    (sw.max_(close, 3), "max(close, 3)"),
    (sw.abs_(close), "abs(close)"),
    (sw.log(close), "log(close)"),
    (sw.exp(close), "exp(close)"),
    (sw.sqrt(close), "sqrt(close)"),
    (sw.sign(close), "sign(close)"),
    (sw.round_(close), "round(close)"),
    (sw.positive(close), "positive(close)"),
    (sw.where(close > open_, volume, 0), "where(close > open, volume, 0)"),
    (sw.fill(close, 0), "fill(close, 0)"),
    (sw.is_missing(close), "is_missing(close)"),
    (sw.sum_(close, 5), "sum(close, 5)"),
    (sw.mean(close, 5), "mean(close, 5)"),
    (sw.var(close, 5), "var(close, 5)"),
    (sw.highest(high, 20), "highest(high, 20)"),
    (sw.lowest(low, 20), "lowest(low, 20)"),
    (sw.bars_since(close > 1), "bars_since(close > 1)"),
    (sw.value_when(close > 1, low), "value_when(close > 1, low)"),
    (sw.wilder(close, 14), "wilder(close, 14)"),
    (sw.at("1w", rsi(n=14)), 'at("1w", rsi(14))'),
    (sw.at("1w", close, forming=True), 'at("1w", close, forming=True)'),
    (sw.of("SPY", close), 'of("SPY", close)'),
    (sw.by(sw.field("sector"), close), "by(sector, close)"),
    (sw.raw(close) > 5, "raw(close) > 5"),
    (sw.hl2 > sw.dollar_volume, "hl2 > dollar_volume"),
]


@pytest.mark.parametrize(("built", "text"), PAIRS, ids=[text for _, text in PAIRS])
def test_python_builds_the_tree_that_the_text_reads_as(built, text):
    assert built.node == read(text)


def test_an_expression_has_no_truth_value():
    with pytest.raises(WrongType) as caught:
        bool(close > 1)
    assert "(close > sma(200)) & (rsi(14) < 40)" in caught.value.advice
    with pytest.raises(WrongType):
        _ = close > 1 and close > 2
    with pytest.raises(WrongType):
        assert 1 < close < 3


def test_an_expression_has_no_hash():
    with pytest.raises(TypeError, match="unhashable"):
        hash(close)
    with pytest.raises(TypeError, match="unhashable"):
        {close}  # noqa: B018 - a set asks for hashes


def test_bars_ahead_cannot_be_asked_for():
    for bars in (-1, 1.5, slice(1, 2), "1"):
        with pytest.raises(WrongType):
            close[bars]


def test_what_is_no_operand_is_refused():
    with pytest.raises(WrongType, match="an expression, a number or a category"):
        close == [1]  # noqa: B015 - building it is the test


def test_a_result_that_is_not_there_names_those_that_are():
    with pytest.raises(AttributeError, match=r"expected one of \.line \.signal \.hist, found \.lines"):
        macd().lines  # noqa: B018 - asking is the test


def test_an_expression_shows_its_tree():
    assert repr(Expr(close.node)) == "Expr(Field(name='close'))"


def test_an_argument_of_an_unknown_kind_is_refused():
    def strange(x: dict) -> Expr:
        return close

    with pytest.raises(WrongType, match="Expr, Condition, Group, int, float or str"):
        sw.indicator()(strange).signature  # noqa: B018 - asking is the test


def test_an_indicator_opens_to_what_it_is_made_of():
    opened = macd.expand((close.node,), (12.0, 26.0, 9.0))
    assert set(opened) == {"line", "signal", "hist"}
    assert sma.expand((close.node,), (3.0,)) == {"": read("mean(close, 3)")}
