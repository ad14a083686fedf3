"""Across symbols: members with a known value in that frame, ties sharing their rank."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.engine.fold import Fold
from scanwright.model.panel import Attribute
from tests.unit.engine.bars import NAN, market, planned, table

FOUR = {"A": [10], "B": [30], "C": [20], "D": [30]}


def same(found, expected):
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), rtol=1e-12, equal_nan=True)


def row(text, columns, **further):
    return table(text, market(columns, **further))[-1]


def test_rank_one_is_highest():
    same(row("rank(close)", {"A": [1], "B": [3], "C": [2]}), [3, 1, 2])


def test_ties_share_the_average_rank():
    same(row("rank(close)", FOUR), [4, 1.5, 3, 1.5])


def test_percentile_is_a_hundred_times_rank_less_a_half_by_count():
    ranks = np.array([1, 3.5, 2, 3.5])  # from the lowest up
    same(row("percentile(close)", FOUR), 100 * (ranks - 0.5) / 4)
    same(row("percentile(close)", {"A": [7]}), [50])


def test_a_missing_value_is_not_ranked_and_not_counted():
    same(row("rank(close)", {"A": [1], "B": [NAN], "C": [2]}), [2, NAN, 1])
    same(row("percentile(close)", {"A": [1], "B": [NAN], "C": [2]}), [25, NAN, 75])


def test_a_symbol_without_a_bar_is_not_ranked_and_not_counted():
    same(row("rank(close)", {"A": [1, 1], "B": [9, None], "C": [2, 2]}), [2, NAN, 1])


def test_only_members_of_the_universe_of_that_date_are_ranked():
    panel = market({"A": [1, 1], "B": [3, 3], "C": [2, 2]}, volume={"A": [5, 5], "B": [1, 5], "C": [5, 5]})
    found = table("rank(close)", panel, universe="volume > 2")
    same(found, [[2, NAN, 1], [3, 1, 2]])


def test_the_universe_may_itself_look_across_symbols():
    panel = market({"A": [1], "B": [3], "C": [2]}, volume={"A": [5], "B": [1], "C": [9]})
    same(table("rank(close)", panel, universe="rank(volume) <= 2")[0], [2, NAN, 1])
    same(table("rank(volume)", panel, universe="rank(volume) <= 2")[0], [2, NAN, 1])


def test_zscore_and_demean_are_about_the_mean_of_the_frame():
    values = np.array([10.0, 30, 20, 30])
    same(row("demean(close)", FOUR), values - values.mean())
    same(row("zscore(close)", FOUR), (values - values.mean()) / values.std())


def test_share_is_of_those_that_are_known():
    same(row("share(close > 15)", {"A": [10], "B": [30], "C": [NAN]}), [0.5, 0.5, 0.5])


def test_top_is_the_rank_at_most():
    same(row("top(close, 2)", FOUR), [0, 1, 0, 1])


def test_a_group_is_ranked_by_itself():
    sector = Attribute(codes=np.array([0, 0, 1, 1], np.int32), names=("Energy", "Technology"))
    same(row("by(sector, rank(close))", FOUR, attributes={"sector": sector}), [2, 1, 2, 1])
    same(row("by(sector, demean(close))", FOUR, attributes={"sector": sector}), [-10, 10, -5, 5])
    same(row("by(sector, rank(close)) + rank(close)", FOUR, attributes={"sector": sector}), [6, 2.5, 5, 2.5])


def test_a_symbol_of_no_group_has_no_rank_in_it():
    sector = Attribute(codes=np.array([0, 0, 1, -1], np.int32), names=("Energy", "Technology"))
    same(row("by(sector, rank(close))", FOUR, attributes={"sector": sector}), [2, 1, 1, NAN])


def test_what_is_ranked_may_be_remembered():
    panel = market({"A": [1, 5, 5], "B": [2, 2, 2]})
    same(table("mean(rank(close), 2)", panel), [[NAN, NAN], [1.5, 1.5], [1, 2]])
    same(table("rank(mean(close, 2))", panel), [[NAN, NAN], [1, 2], [1, 2]])


@pytest.mark.parametrize("order", [("A", "B", "C", "D"), ("D", "B", "A", "C")])
def test_the_order_of_the_columns_changes_no_bit(order):
    random = np.random.default_rng(1)
    columns = {name: random.lognormal(0, 3, 5).tolist() for name in "ABCD"}
    whole = table("zscore(close)", market(columns))
    turned = table("zscore(close)", market({name: columns[name] for name in order}))
    np.testing.assert_array_equal(turned, whole[:, ["ABCD".index(name) for name in order]])


def test_what_is_wanted_of_the_last_row_alone_stands_beside_what_remembers():
    panel = market({"A": [1, 2, 3, 4], "B": [4, 3, 2, 1], "C": [2, 2, 5, 3]})
    rule = planned("ema(rank(close), 2) > 1 and zscore(close) > 0", panel)
    fold = Fold.over(rule, panel)
    fold.advance(panel.rows(0, 3), want="none")
    last = fold.advance(panel.rows(3, 4), want="last")["where"]
    same(last[-1], Fold.over(rule, panel).advance(panel)["where"][-1])
