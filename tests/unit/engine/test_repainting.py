"""Patterns that repaint elsewhere give confirmed values only, at the bar that confirms them."""

from __future__ import annotations

import numpy as np

from tests.unit.engine.bars import NAN, alone, series

UP_AND_DOWN = (10, 11, 12, 11.9, 11, 10, 10.2, 11.5)


def test_a_zigzag_turns_at_the_bar_that_confirms_it():
    panel = alone(*UP_AND_DOWN)
    # The high of 12 is a turn once the price has come back by 5 percent: at 11.
    pivots = np.array(series("zigzag(high, low, 5).pivot", panel))
    assert not (pivots == 12)[:4].any()
    assert pivots[4] == 12
    assert series("zigzag(high, low, 5).confirmed", panel)[4] == 1


def test_what_a_zigzag_said_it_does_not_take_back():
    whole = np.array(series("zigzag(high, low, 5).pivot", alone(*UP_AND_DOWN)))
    for end in range(1, len(UP_AND_DOWN)):
        part = series("zigzag(high, low, 5).pivot", alone(*UP_AND_DOWN[:end]))
        np.testing.assert_array_equal(part, whole[:end])


def test_a_fractal_is_known_two_bars_later():
    found = series("fractal(2).high", alone(1, 2, 5, 2, 1, 1))
    assert np.isnan(found[:4]).all()
    assert found[4] == 5


def test_a_forming_bar_of_yesterday_is_not_known_tomorrow():
    same = np.testing.assert_array_equal
    days = ("2015-04-06", "2015-04-07", "2015-04-08")
    panel = alone(1, 9, 3, ts=days, calendar="us_stocks")
    same(series('at("1w", close, forming=True)', panel), [1, 9, 3])
    same(series('at("1w", close)', panel), [NAN, NAN, NAN])
