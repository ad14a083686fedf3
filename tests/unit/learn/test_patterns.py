"""Patterns: a planted one is found, noise has none, and cells without evidence are grey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control
from scipy.stats import t as student

from scanwright.learn.patterns import Group, patterns, real


def hits(seed, *, effect=0.0, count=4000, days=1000):
    """Hits of ten sectors and five weekdays; those of the third sector gain `effect` more."""
    draw = np.random.default_rng(seed)
    day = np.sort(draw.integers(0, days, count))
    sector = draw.integers(0, 10, count)
    shared = draw.normal(size=days)
    net = shared[day] + 2 * draw.normal(size=count) + effect * (sector == 2)
    groups = {
        "sector": Group(names=tuple(f"sector {at}" for at in range(10)), cell=sector),
        "weekday": Group(names=tuple("MTWTF"), cell=day % 5),
    }
    return day, (net > 0).astype(float), net, groups


def found(seed, **more):
    day, good, net, groups = hits(seed, **more)
    return patterns(day, good, net, groups, horizon=5, generator=np.random.default_rng(1))


def test_a_planted_pattern_is_the_only_one_found():
    cells = found(1, effect=1.0)
    clear = {(each.group, each.name, each.verdict) for each in cells if each.verdict in {"better", "worse"}}
    assert clear == {("sector", "sector 2", "better")}
    cell = next(each for each in cells if each.name == "sector 2")
    others = cell.mean.others
    assert others < cell.mean.drawn < cell.mean.counted
    assert cell.mean.bounds.low < 1.0 + others < cell.mean.bounds.high
    assert cell.rate_verdict == "better"


def test_on_noise_hardly_anything_is_called_real():
    called = [
        any(each.verdict in {"better", "worse"} for each in found(seed, count=600, days=300)) for seed in range(20)
    ]
    assert sum(called) <= 5  # a tenth in the mean; more than 5 of 20 comes by chance one time in a hundred


def test_equal_cells_are_drawn_together():
    for cell in found(3):
        assert abs(cell.mean.drawn - cell.mean.others) <= abs(cell.mean.counted - cell.mean.others) + 0.1
        assert cell.mean.bounds.high - cell.mean.bounds.low > 0


def test_cells_with_too_little_are_grey():
    day, good, net, groups = hits(1, effect=5.0)
    some = (groups["sector"].cell != 2) | (np.arange(len(day)) % 40 == 0)
    groups = {"sector": Group(names=groups["sector"].names, cell=groups["sector"].cell[some])}
    cells = patterns(day[some], good[some], net[some], groups, horizon=5, generator=np.random.default_rng(1))
    cell = next(each for each in cells if each.name == "sector 2")
    assert cell.count < 30
    assert cell.grey
    assert cell.verdict == cell.rate_verdict == "not enough evidence"


def test_hits_of_one_week_are_worth_one():
    day = np.repeat(np.arange(5), 200)
    net = np.random.default_rng(1).normal(size=1000)
    group = {"half": Group(names=("a", "b"), cell=np.arange(1000) % 2)}
    cells = patterns(day, (net > 0).astype(float), net, group, horizon=5, generator=np.random.default_rng(1))
    assert {each.effective for each in cells} == {1.0}
    assert all(each.grey for each in cells)


def test_no_hits_have_no_patterns():
    none = np.zeros(0)
    assert patterns(none.astype(int), none, none, {}, horizon=5, generator=np.random.default_rng(1)) == []


def test_a_whole_group_in_one_cell_is_no_difference():
    day, good, net, _ = hits(1)
    group = {"all": Group(names=("all",), cell=np.zeros(len(day), np.int64))}
    (cell,) = patterns(day, good, net, group, horizon=5, generator=np.random.default_rng(1))
    assert (cell.verdict, cell.mean.luck) == ("no clear difference", 1.0)
    assert math.isnan(cell.mean.others)


@settings(max_examples=60, deadline=None)
@given(luck=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_what_is_called_real_is_what_benjamini_and_hochberg_call_so(luck):
    assert real(luck) == (false_discovery_control(luck) <= 0.1 + 1e-15).tolist()


@pytest.mark.parametrize(("difference", "blocks"), [(0.5, 5), (1.0, 12), (2.5, 60)])
def test_luck_is_that_of_students_t(difference, blocks):
    from scanwright.learn.patterns import _luck

    exact = 2 * student.sf(difference, blocks - 1)
    assert _luck(difference, 1.0, blocks) == pytest.approx(exact, abs=0.003)
