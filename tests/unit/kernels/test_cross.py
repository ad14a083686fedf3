from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from tests.kernel_runs import run, same_bits

NAN = math.nan


def below(x):
    """The mean rank from the lowest."""
    return np.array([np.sum(x < each) + (np.sum(x == each) + 1) / 2 for each in x])


PLAIN = {
    "rank": lambda x, _: len(x) + 1 - below(x),
    "percentile": lambda x, _: 100 * (below(x) - 0.5) / len(x),
    "top": lambda x, n: (len(x) + 1 - below(x) <= n).astype(float),
    "demean": lambda x, _: x - math.fsum(x) / len(x),
    "zscore": lambda x, _: (x - x.mean()) / x.std() if len(set(x.tolist())) > 1 else np.full(len(x), NAN),
}
NAMES = [*PLAIN, "share"]


def params(name, n=2):
    return (n,) if name == "top" else ()


@st.composite
def crowds(draw):
    """Values, members, groups of one row, the columns in order of keys, and bars."""
    rows, width = draw(st.integers(1, 5)), draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = random.normal(size=(rows, width)) * 10.0 ** draw(st.integers(-3, 6))
    x = np.round(x) if draw(st.booleans()) else x
    x[random.random(x.shape) < 0.1] = NAN
    member = (random.random((rows, width)) < 0.9).astype(float)
    group = random.choice([3.0, -1.0, 0.0, 17.0, NAN], (1, width)) if draw(st.booleans()) else np.zeros((1, width))
    bar = (random.random(x.shape) < 0.9).astype(np.uint8) if draw(st.booleans()) else None
    return x, member, group, random.permutation(width)[None, :].astype(float), bar


def expected(name, case, n=2):
    x, member, group, _, bar = case
    out = np.full(x.shape, NAN)
    for t in range(len(x)):
        there = (member[t] == 1) & ~np.isnan(group[0]) & (True if bar is None else bar[t] == 1)
        for each in set(group[0][there].tolist()):
            own = there & (group[0] == each)
            known = own & ~np.isnan(x[t])
            if name == "share" and known.any():
                out[t, own] = x[t, known].mean()
            elif name != "share" and known.any():
                out[t, known] = PLAIN[name](x[t, known], n)
    return out


def values_of(name, case):
    return (np.where(np.isnan(case[0]), NAN, case[0] > 0), *case[1:]) if name == "share" else case


@pytest.mark.parametrize("name", NAMES)
@given(case=crowds())
def test_among_the_others_as_plain_arithmetic_says(name, case):
    case = values_of(name, case)
    (found,) = run(name, case[:4], params(name), case[4])
    scale = np.nanmax(np.abs(case[0]), initial=1.0)
    np.testing.assert_allclose(found, expected(name, case), rtol=1e-9, atol=1e-12 * scale)


@pytest.mark.parametrize("name", NAMES)
@given(case=crowds(), seed=st.integers(0, 2**32))
def test_the_place_of_a_column_changes_no_bit(name, case, seed):
    x, member, group, order, bar = values_of(name, case)
    moved = np.random.default_rng(seed).permutation(x.shape[1])
    place = np.argsort(moved)[order.astype(int)]
    (found,) = run(name, [x, member, group, order], params(name), bar)
    mask = None if bar is None else bar[:, moved]
    (again,) = run(name, [x[:, moved], member[:, moved], group[:, moved], place], params(name), mask)
    assert same_bits(found[:, moved], again)


@pytest.mark.parametrize("name", NAMES)
@given(case=crowds())
def test_who_does_not_count_changes_no_bit(name, case):
    x, member, group, order, bar = values_of(name, case)
    (found,) = run(name, [x, member, group, order], params(name), bar)
    wild = np.where(member == 1, x, 1e300)
    wide = [np.column_stack([each, np.ones(len(each))]) for each in (wild, member, group)]
    wide[1][:, -1] = NAN  # nobody knows whether the new one is a member: it is not
    wider = np.insert(order, 0, x.shape[1], axis=1)
    mask = None if bar is None else np.column_stack([bar, np.ones(len(bar), np.uint8)])
    (again,) = run(name, [*wide, wider], params(name), mask)
    assert same_bits(found, again[:, :-1])
    assert np.isnan(again[:, -1]).all()


@pytest.mark.parametrize("name", NAMES)
def test_nobody_counts(name):
    (found,) = run(name, [np.ones((2, 3)), np.zeros((1, 3)), np.zeros((1, 3)), np.arange(3.0)[None, :]], params(name))
    assert np.isnan(found).all()


def test_where_all_are_equal_nobody_stands_out():
    inputs = [np.full((1, 7), 0.1), np.ones((1, 7)), np.zeros((1, 7)), np.arange(7.0)[None, :]]
    assert np.isnan(run("zscore", inputs)[0]).all()
    assert run("demean", inputs)[0].tolist() == [[0.0] * 7]
    assert run("rank", inputs)[0].tolist() == [[4.0] * 7]
    assert run("percentile", inputs)[0].tolist() == [[50.0] * 7]


def test_the_share_is_told_to_members_who_do_not_know_their_own():
    inputs = [np.array([[1.0, 0.0, 1.0, NAN]]), np.ones((1, 4)), np.zeros((1, 4)), np.arange(4.0)[None, :]]
    np.testing.assert_allclose(run("share", inputs)[0], np.full((1, 4), 2 / 3))


def test_infinities_and_both_zeros_have_their_ranks():
    x = np.array([[-math.inf, math.inf, 0.0, -0.0, 5e-324, -5e-324]])
    inputs = [x, np.ones((1, 6)), np.zeros((1, 6)), np.arange(6.0)[None, :]]
    assert run("rank", inputs)[0].tolist() == [[6.0, 1.0, 3.5, 3.5, 2.0, 5.0]]
