"""Holes and missing values: a symbol's counts are of its own bars, and nobody invents a value."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.engine.bars import NAN, alone, market, series, table


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, equal_nan=True)


def test_a_symbol_without_a_bar_keeps_its_state_and_yields_nothing():
    panel = alone(1, 2, None, None, 3)
    same(series("sum(close, 2)", panel), [NAN, 3, 5])
    same(table("sum(close, 2)", panel)[:, 0], [NAN, 3, NAN, NAN, 5])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("close[1]", [NAN, 1, 2, 3]),
        ("close[2]", [NAN, NAN, 1, 2]),
        ("mean(close, 2)", [NAN, 1.5, 2.5, 3.5]),
        ("highest(close, 3)", [NAN, NAN, 3, 4]),
        ("count(close > 1, 2)", [NAN, 1, 2, 2]),
        ("bars_since(close == 2)", [NAN, 0, 1, 2]),
        ("ema(close, 2)", [NAN, 1.5, 2.5, 3.5]),
        ("cumulative(close, 0)", [1, 3, 6, 10]),
        ("value_when(close == 2, close)", [NAN, 2, 2, 2]),
    ],
)
def test_all_counts_are_of_own_bars(text, values):
    same(series(text, alone(1, 2, 3, 4)), values)
    same(series(text, alone(None, 1, None, None, 2, 3, None, 4, None)), values)


def test_a_hole_of_one_symbol_is_nothing_to_another():
    panel = market({"A": [1, None, 3, 4], "B": [1, 2, 3, 4]})
    same(series("close[1]", panel, "A"), [NAN, 1, 3])
    same(series("close[1]", panel, "B"), [NAN, 1, 2, 3])


def test_a_missing_value_within_a_bar_makes_a_window_missing_until_it_leaves():
    panel = alone(1, NAN, 3, 4, 5)
    same(series("sum(close, 2)", panel), [NAN, NAN, NAN, 7, 9])
    same(series("highest(close, 2)", panel), [NAN, NAN, NAN, 4, 5])
    same(series("var(close, 2)", panel), [NAN, NAN, NAN, 0.25, 0.25])


def test_recursive_kernels_pass_over_a_missing_value():
    panel = alone(1, 2, NAN, 3, 4)
    whole = series("ema(close, 2)", alone(1, 2, 3, 4))
    same(series("ema(close, 2)", panel), [whole[0], whole[1], NAN, whole[2], whole[3]])
    same(series("cumulative(close, 0)", panel), [1, 3, NAN, 6, 10])


def test_nobody_invents_a_neutral_value():
    panel = alone(1, 0, 2)
    same(series("1 / close", panel), [1, NAN, 0.5])
    same(series("log(close - 1)", panel), [NAN, NAN, 0])
    same(series("sqrt(close - 1)", panel), [0, NAN, 1])


def test_the_first_bar_is_the_symbols_own():
    panel = market({"A": [1, 2, 3, 4], "B": [None, None, 3, 4]})
    same(series("close - close[1]", panel, "B"), [NAN, 1])
    same(series("cumulative(close, 0)", panel, "B"), [3, 7])


def test_what_is_asked_for_missing_values_says_so():
    panel = alone(1, NAN, 3)
    same(series("is_missing(close)", panel), [0, 1, 0])
    same(series("fill(close, 7)", panel), [1, 7, 3])
    same(series("is_missing(close > 2)", panel), [0, 1, 0])
