from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from tests.kernel_runs import by_symbol, panels, run

NAN = math.nan


@st.composite
def events(draw):
    """A condition (true, false, unknown), values, an anchor that changes now and then, and the bars."""
    [x], bar = draw(panels())
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    condition = random.choice([0.0, 1.0, NAN], x.shape, p=[0.7, 0.2, 0.1])
    anchor = np.cumsum(random.random(x.shape) < 0.2, axis=0).astype(float)
    return np.where(random.random(x.shape) < 0.05, NAN, anchor), condition, x, bar


def since(condition):
    out, last = [], None
    for i, each in enumerate(condition):
        last = i if each == 1 else last
        out.append(NAN if last is None else i - last)
    return np.array(out, float)


def when(condition, x):
    out, kept = [], NAN
    for each, value in zip(condition, x, strict=True):
        kept = value if each == 1 else kept
        out.append(kept)
    return np.array(out, float)


def anchored(function):
    def answer(x, anchor):
        out = np.full(len(x), NAN)
        for i in range(len(x)):
            if not math.isnan(x[i]) and not math.isnan(anchor[i]):
                same = (anchor[: i + 1] == anchor[i]) & ~np.isnan(x[: i + 1])
                out[i] = function(x[: i + 1][same])
        return out

    return answer


@given(events())
def test_bars_since_counts_from_the_last_known_true(case):
    _, condition, _, bar = case
    (wanted,) = by_symbol(since, [condition], bar)
    np.testing.assert_array_equal(run("bars_since", [condition], (), bar)[0], wanted)


@given(events())
def test_value_when_is_the_value_then_missing_or_not(case):
    _, condition, x, bar = case
    (wanted,) = by_symbol(when, [condition, x], bar)
    np.testing.assert_array_equal(run("value_when", [condition, x], (), bar)[0], wanted)


@pytest.mark.parametrize(
    ("name", "function"), [("cumulative", math.fsum), ("highest_since", max), ("lowest_since", min)]
)
@given(case=events())
def test_what_is_since_an_anchor(name, function, case):
    anchor, _, x, bar = case
    (wanted,) = by_symbol(anchored(function), [x, anchor], bar)
    np.testing.assert_allclose(run(name, [x, anchor], (), bar)[0], wanted, rtol=1e-14)


@given(panel=panels())
def test_a_constant_anchor_never_resets(panel):
    [x], bar = panel
    (wanted,) = by_symbol(anchored(math.fsum), [x, np.zeros_like(x)], bar)
    np.testing.assert_allclose(run("cumulative", [x, np.zeros((1, x.shape[1]))], (), bar)[0], wanted, rtol=1e-14)


def test_a_sum_does_not_drift_after_a_huge_value():
    x = np.random.default_rng(3).normal(10, 0.3, (2000, 2))
    x[100], x[200] = 1e18, -1e18
    x[300], x[301] = math.inf, NAN
    (found,) = run("cumulative", [x, np.zeros((1, 2))])
    assert np.isnan(found[300:302]).all()
    known = np.delete(x[:, 0], [300, 301])
    assert math.isclose(found[-1, 0], math.fsum(known), rel_tol=1e-13)
