"""The plan: every part once, in order, cut where a part needs more than one symbol's own bars."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.errors import TooComplex
from tests.unit.engine.bars import alone, market, planned

PANEL = alone(1, 2, 3)


def names(rule):
    return [step.node.name for step in rule.steps]


def test_equal_parts_are_computed_once():
    rule = planned("sma(20) > 1 and sma(close, 20) < 9 and mean(close, 20) != 5", PANEL)
    assert names(rule).count("mean") == 1


def test_equal_parts_of_different_outputs_are_computed_once():
    assert names(planned("sma(20) > 1", PANEL, other="sma(20) < 9")).count("mean") == 1


def test_results_of_one_function_come_from_one_step():
    rule = planned("comoments(close, open, 20).cov > comoments(close, open, 20).var_x", PANEL)
    assert names(rule).count("comoments") == 1
    (step,) = (each for each in rule.steps if each.node.name == "comoments")
    assert set(step.outputs) == {"cov", "var_x"}


def test_inputs_stand_before_what_reads_them():
    rule = planned("rsi(14) < 40 and close > sma(200) and macd(12, 26, 9).hist < 0", PANEL)
    done = set()
    for step in rule.steps:
        made = {each.node for each in rule.steps}
        assert all(each in done for each in step.node.inputs if each in made)
        done.add(step.node)


def test_greater_is_less_the_other_way_round():
    assert names(planned("close > open and open < close", PANEL)).count("less") == 1


def test_a_plan_without_neighbours_has_one_stage():
    assert planned("rsi(14) < 40", PANEL).levels == 1


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("rank(close) < 3", 2),
        ("rank(mean(rank(close), 2)) < 3", 3),
        ('at("1w", close) > 1', 2),
        ('rank(at("1w", close)) > 1', 3),
        ('of("A", close) > 1 and rank(close) < 3', 2),
        ('of("A", of("A", close)) > 1', 2),
    ],
)
def test_a_barrier_lifts_what_reads_it_by_a_stage(text, levels):
    assert planned(text, PANEL).levels == levels


@pytest.mark.parametrize(
    ("text", "warmup"),
    [
        ("close > 1", 0),
        ("close[3] > 1", 3),
        ("sma(200) > 1", 199),
        ("sma(200)[1] > 1", 200),
        ("rsi(14) < 40", 14),
        ("rsi(14) < 40 and sma(200) > 1", 199),
        ("highest(high, 252)[1] < close", 252),
        ("rank(roc(20)) <= 3", 20),
        ("fill(sma(200), 0) > 1", 0),
        ("is_missing(sma(200))", 0),
        ("sma(rsi(14), 5) > 1", 18),
    ],
)
def test_the_warm_up_is_counted_from_the_parts(text, warmup):
    assert planned(text, PANEL).warmup == warmup


def test_each_output_has_its_own_warm_up():
    rule = planned("close > 1", PANEL, rank="sma(200)")
    assert rule.warmups == {"where": 0, "rank": 199}
    assert rule.warmup == 199


def test_the_plans_name_is_that_of_its_meaning():
    hashes = {planned(text, PANEL).hash for text in ("sma(200) > 1", "sma(close, 200) > 1.0", " sma( n = 200 )>1")}
    assert len(hashes) == 1
    assert planned("sma(200) > 2", PANEL).hash not in hashes


def test_a_plan_says_which_fields_it_reads():
    assert planned("close > sma(200)", PANEL).fields == ("close",)
    assert planned("volume > 1 and raw(open) > 1", PANEL).fields == ("open", "volume")


def test_a_plan_that_keeps_too_much_is_refused_with_its_figure():
    text = " and ".join(f"median(close, {20_000 - at}) > 1" for at in range(50))
    many = market({f"S{at}": [1.0] for at in range(1000)})
    with pytest.raises(TooComplex) as caught:
        Fold.over(planned(text, many), many)
    assert "GB" in caught.value.text
    assert caught.value.advice


def test_a_condition_that_is_known_beforehand_is_planned():
    rule = planned("1 < 2", PANEL)
    np.testing.assert_array_equal(Fold.over(rule, PANEL).advance(PANEL)["where"][:, 0], [1, 1, 1])


def test_an_output_may_stand_within_another_outputs_longer_interval():
    rule = planned("at('1w', sma(volume, 3)) > 1", PANEL, rank="volume")
    np.testing.assert_array_equal(Fold.over(rule, PANEL).advance(PANEL)["rank"][:, 0], [100, 100, 100])


def test_outputs_may_be_plain_fields_and_constants():
    trees = {
        "field": read("close", catalogue()),
        "number": read("5", catalogue()),
        "category": read("sector", catalogue()),
    }
    found = Fold.over(plan(trees, Typing(catalogue())), PANEL).advance(PANEL)
    np.testing.assert_array_equal(found["field"][:, 0], [1, 2, 3])
    np.testing.assert_array_equal(found["number"][:, 0], [5, 5, 5])
    assert np.isnan(found["category"]).all()
