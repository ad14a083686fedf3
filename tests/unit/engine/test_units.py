"""Units and conventions: percent, windows that include the present bar, the population's deviation."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.reader import read
from tests.example import example_panel
from tests.unit.engine.bars import NAN, alone, series


def same(found, expected):
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), rtol=1e-12, equal_nan=True)


def test_roc_is_percent():
    same(series("roc(1)", alone(100, 110, 99)), [NAN, 10, -10])


def test_gap_is_percent_of_the_close_before():
    same(series("gap()" if not catalogue()["gap"].noun else "gap", alone(100, 110, open=[100, 105])), [NAN, 5])


def test_natr_is_percent_of_the_close():
    panel = example_panel(60, 1)
    same(series("natr(14)", panel, "S00"), series("100 * atr(14) / close", panel, "S00"))


def test_windows_include_the_present_bar():
    same(series("highest(close, 2)", alone(1, 3, 2, 1)), [NAN, 3, 3, 2])
    same(series("highest(close, 2)[1]", alone(1, 3, 2, 1)), [NAN, NAN, 3, 3])


def test_std_is_the_populations():
    same(series("std(close, 2)", alone(1, 3)), [NAN, 1])
    same(series("std(close, 3)", alone(1, 2, 4)), [NAN, NAN, np.std([1, 2, 4])])


def test_relative_volume_compares_with_the_bars_before():
    panel = alone(1, 1, 1, volume=[100, 300, 400])
    same(series("rvol(2)", panel), [NAN, NAN, 2])
    same(series("rvol(2)", panel), series("volume / sma(volume, 2)[1]", panel))


def test_rounding_goes_to_the_nearest_whole_number():
    same(series("round(close)", alone(1.2, 1.8, -1.2)), [1, 2, -1])


def test_division_by_zero_is_missing():
    same(series("1 / (close - 1)", alone(1, 2)), [NAN, 1])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("rsi", "rsi(x=close, n=14)"),
        ("macd", "macd(x=close, fast=12, slow=26, n=9)"),
        ("bollinger", "bollinger(x=close, n=20, k=2)"),
        ("supertrend", "supertrend(n=10, k=3)"),
    ],
)
def test_default_lengths_are_those_people_know(name, shown):
    found = catalogue()[name].signature
    assert [each.default for each in found.arguments] == [
        part.split("=")[1] if part.split("=")[1].isalpha() else float(part.split("=")[1])
        for part in shown.split("(")[1].rstrip(")").split(", ")
    ]


def test_stochastics_default_to_fourteen_one_three():
    assert read("stoch().k", catalogue()).params == (14.0, 1.0, 3.0)


def test_supertrend_says_yes_or_no():
    assert catalogue()["supertrend"].signature.output("up").type == "yes/no"
