"""Yes/no is three-valued: unknown is neither true nor false, and only true is a hit."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.model.panel import Attribute
from tests.unit.engine.bars import NAN, alone, market, series, table

TRUE, FALSE, UNKNOWN = 1.0, 0.0, NAN


def same(found, expected):
    np.testing.assert_array_equal(np.array(found, float), np.array(expected, float))


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_comparing_with_missing_is_unknown(sign):
    panel = alone(NAN, 1, NAN, 1, open=[1, NAN, NAN, 1])
    same(series(f"close {sign} open", panel), [UNKNOWN, UNKNOWN, UNKNOWN, sign in {"<=", ">=", "=="}])


def test_membership_of_missing_is_unknown():
    same(series("close in (1, 2)", alone(1, 3, NAN)), [TRUE, FALSE, UNKNOWN])
    same(series("close not in (1, 2)", alone(1, 3, NAN)), [FALSE, TRUE, UNKNOWN])


def test_and_or_not_follow_kleene():
    panel = alone(0, 0, 0, NAN, NAN, NAN, 1, 1, 1, open=[0, NAN, 1, 0, NAN, 1, 0, NAN, 1])
    same(series("close == 1 and open == 1", panel), [0, 0, 0, 0, NAN, NAN, 0, NAN, 1])
    same(series("close == 1 or open == 1", panel), [0, NAN, 1, NAN, NAN, 1, 1, 1, 1])
    same(series("not close > 0.5", alone(TRUE, FALSE, UNKNOWN)), [FALSE, TRUE, UNKNOWN])


def test_a_choice_by_an_unknown_condition_is_missing():
    same(series("where(close > 1, 5, 6)", alone(1, 2, NAN)), [6, 5, NAN])


def test_count_and_within_are_unknown_while_a_bar_they_need_is():
    panel = alone(2, NAN, 2, 2, 0, 0, 0)
    same(series("count(close > 1, 2)", panel), [NAN, NAN, NAN, 2, 1, 0, 0])
    same(series("all_of(close > 1, 2)", panel)[3:], [TRUE, FALSE, FALSE, FALSE])
    same(series("within(close > 1, 2)", panel)[3:], [TRUE, TRUE, FALSE, FALSE])
    assert np.isnan(series("within(close > 1, 2)", alone(0, NAN, 0))).all()


def test_bars_since_is_unknown_before_the_first_true():
    same(series("bars_since(close > 1)", alone(0, 0, 2, 0, 0, 2)), [NAN, NAN, 0, 1, 2, 0])
    same(series("bars_since(close > 1) >= 0", alone(0, 2)), [UNKNOWN, TRUE])


def test_value_when_is_missing_before_the_first_true():
    same(series("value_when(close > 1, close)", alone(0, 2, 0, 3)), [NAN, 2, 2, 3])


def test_crosses_above_is_unknown_on_the_first_bar():
    same(series("crosses_above(close, 2)", alone(1, 3, 3, 1, 3)), [UNKNOWN, TRUE, FALSE, FALSE, TRUE])
    same(series("crosses_below(close, 2)", alone(3, 1, 1, 3, 1)), [UNKNOWN, TRUE, FALSE, FALSE, TRUE])


def test_touching_and_going_on_is_a_crossing():
    same(series("crosses_above(close, 2)", alone(1, 2, 3)), [UNKNOWN, FALSE, TRUE])


def sectors(*codes):
    return {"sector": Attribute(codes=np.array(codes, np.int32), names=("Energy", "Technology"))}


def test_an_unknown_category_compares_to_nothing():
    panel = market({"A": [1], "B": [1], "C": [1]}, attributes=sectors(0, 1, -1))
    same(table('sector == "Energy"', panel)[0], [TRUE, FALSE, UNKNOWN])
    same(table('sector != "Energy"', panel)[0], [FALSE, TRUE, UNKNOWN])
    same(table('sector in ("Energy", "Technology")', panel)[0], [TRUE, TRUE, UNKNOWN])


def test_a_category_that_nobody_has_is_false_for_all_whose_category_is_known():
    panel = market({"A": [1], "B": [1], "C": [1]}, attributes=sectors(0, 1, -1))
    same(table('sector == "Mining"', panel)[0], [FALSE, FALSE, UNKNOWN])


def test_an_attribute_that_the_market_lacks_is_unknown():
    same(series('industry == "Oil"', alone(1)), [UNKNOWN])


def test_a_sum_may_begin_anew_where_a_condition_is_true():
    panel = alone(1, 2, 0, 4, NAN, 6)
    same(series("cumulative(volume, close == 0)", panel), [100, 200, 100, 200, 300, 400])
    same(series("highest_since(close, close == 0)", alone(1, 2, 0, 4, 3)), [1, 2, 0, 4, 4])
