"""The printer: canonical text, with the fewest brackets and without defaults."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr import printer
from scanwright.expr.nodes import Call, Constant, Field, Text
from tests.unit.expr.language import read


def show(tree):
    return printer.show(tree, catalogue())


CANONICAL = [
    "close > sma(200) and rsi(14) < 40 and volume > 1.2 * sma(volume, 20)",
    "macd(12, 26, 9).hist < 0",
    "(close + open) * high",
    "close + open * high",
    "close - (open - high)",
    "close / (open * high)",
    "(close ** open) ** high",
    "close ** open ** high",
    "close ** -2",
    "(-close) ** 2",
    "-close ** 2",
    "-(close + open)",
    "(close > open)[1]",
    "(close + open)[1]",
    "close[1][2]",
    "not close > open",
    "not (close > open and high > low)",
    "(close > open or high > low) and low > 1",
    "close > open or high > low and low > 1",
    "1 < close and close < 9",
    'sector in ("Energy", "Utilities")',
    'sector in ("Energy",)',
    'not sector in ("Energy",)',
    'sector == "of \\"no\\" kind"',
    'at("1w", rsi(14)) > 50',
    'at("1w", close, forming=True) > 50',
    'of("SPY", close > sma(200))',
    "by(sector, rank(roc(20))) <= 3",
    "raw(close) > 5",
    "min(close, open, high) > 1e-07",
    "volume > 150000000000000000000.0",
    "hl2 > dollar_volume",
    "highest(20)[1] > highest(close, 20)",
    "sma(x=3, n=20) > 1",
]


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_text_is_its_own_image(text):
    assert show(read(text)) == text.replace("150000000000000000000.0", "1.5e+20")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("sma(close, 200)", "sma(200)"),
        ("sma(n=200)", "sma(200)"),
        ("((close)) > (3)", "close > 3"),
        ("rma(close, 14)", "wilder(14)"),
        ("close > 3.0", "close > 3"),
        ("close > 1_000", "close > 1000"),
        ("1 < close < 9", "1 < close and close < 9"),
        ('sector not in ["A"]', 'not sector in ("A",)'),
        ("hl2", "hl2"),
        ('at("1w", close, forming=False)', 'at("1w", close)'),
        ("macd().hist", "macd(12, 26, 9).hist"),
        ("close > 3 # three\n and open > 2", "close > 3 and open > 2"),
    ],
)
def test_what_means_the_same_prints_the_same(written, canonical):
    assert show(read(written)) == canonical


def test_a_tree_has_a_name_that_only_its_meaning_changes():
    words = catalogue()
    names = {printer.name_of(read(text), words) for text in ("sma(200) > 3", "sma(close, 200)>3", "sma(n=200) > 3.0")}
    assert len(names) == 1
    assert printer.name_of(read("sma(200) > 4"), words) not in names
    assert len(names.pop()) == 16


@pytest.mark.parametrize(
    ("value", "text"), [(14.0, "14"), (0.05, "0.05"), (-3.0, "-3"), (1e20, "1e+20"), (0.1 + 0.2, "0.30000000000000004")]
)
def test_a_number_is_as_short_as_it_can_be_read_back(value, text):
    assert show(Constant(value)) == text
    assert float(text) == value


def test_words_are_quoted():
    assert show(Call("equal", (Field("sector"), Text('a "b"')))) == 'sector == "a \\"b\\""'
