"""Prices: adjusted for splits, and as they were traded."""

from __future__ import annotations

import numpy as np

from scanwright.model.panel import Split
from tests.unit.engine.bars import alone, market, series, with_splits

DAYS = ("2015-01-05", "2015-01-06", "2015-01-07", "2015-01-08")
SEVEN = Split(symbol="A", date=np.datetime64("2015-01-07"), ratio=7.0)


def test_raw_gives_back_prices_as_traded():
    panel = with_splits(alone(10, 11, 12, 13, ts=DAYS), SEVEN)
    assert series("close", panel) == [10, 11, 12, 13]
    assert series("raw(close)", panel) == [70, 77, 12, 13]


def test_volume_is_adjusted_inversely_so_that_dollar_volume_never_changes():
    panel = with_splits(alone(10, 11, 12, 13, ts=DAYS, volume=[700, 700, 700, 700]), SEVEN)
    np.testing.assert_allclose(series("raw(volume)", panel), [100, 100, 700, 700])
    np.testing.assert_allclose(series("raw(dollar_volume)", panel), series("dollar_volume", panel))


def test_a_reverse_split_is_taken_out_too():
    panel = with_splits(alone(10, 11, 12, 13, ts=DAYS), Split(symbol="A", date=np.datetime64("2015-01-06"), ratio=0.1))
    np.testing.assert_allclose(series("raw(close)", panel), [1, 11, 12, 13])


def test_splits_follow_one_another():
    later = Split(symbol="A", date=np.datetime64("2015-01-08"), ratio=2.0)
    panel = with_splits(alone(10, 11, 12, 13, ts=DAYS), SEVEN, later)
    assert series("raw(close)", panel) == [140, 154, 24, 13]


def test_raw_reaches_into_what_it_holds():
    panel = with_splits(alone(10, 11, 12, 13, ts=DAYS), SEVEN)
    np.testing.assert_allclose(series("raw(mean(close, 2))", panel), [np.nan, 73.5, 44.5, 12.5], equal_nan=True)
    assert series("raw(close) > 50", panel) == [1, 1, 0, 0]


def test_a_split_concerns_its_symbol_only():
    panel = with_splits(market({"A": [10, 11], "B": [10, 11]}, ts=DAYS[:2]), SEVEN)
    assert series("raw(close)", panel, "A") == [70, 77]
    assert series("raw(close)", panel, "B") == [10, 11]


def test_a_split_of_a_symbol_that_is_not_there_is_nothing():
    panel = with_splits(alone(10, 11, ts=DAYS[:2]), Split(symbol="Z", date=np.datetime64("2015-01-07"), ratio=7.0))
    assert series("raw(close)", panel) == [10, 11]
