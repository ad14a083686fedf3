from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import talib
from hypothesis import given

from tests.kernel_runs import by_symbol, panels, run, same_bits


def passing(answer, n):
    """A library's function over the values that are known; what is missing is passed over."""

    def over(x):
        out = np.full(len(x), np.nan)
        known = ~np.isnan(x)
        if known.sum() >= n:
            out[known] = answer(np.ascontiguousarray(x[known]))
        return out

    return over


@given(panel=panels(), n=st.integers(2, 20))
def test_the_exponential_mean_is_the_librarys(panel, n):
    [x], bar = panel
    (wanted,) = by_symbol(passing(lambda own: talib.EMA(own, n), n), [x], bar)
    np.testing.assert_allclose(run("ema", [x], (n, 0), bar)[0], wanted, rtol=1e-12)


@given(panel=panels(), n=st.integers(1, 12), skip=st.integers(0, 9))
def test_values_before_the_seed_are_passed_over(panel, n, skip):
    [x], bar = panel
    (found,) = run("ema", [x], (n, skip), bar)

    def later(x):
        known = np.flatnonzero(~np.isnan(x))
        return np.where(np.arange(len(x)) < (known[skip] if len(known) > skip else len(x)), np.nan, x)

    (cut,) = by_symbol(later, [x], bar)
    assert same_bits(found, run("ema", [cut], (n, 0), bar)[0])


@given(panel=panels(), n=st.integers(2, 20))
def test_wilders_mean_is_the_librarys(panel, n):
    [x], bar = panel
    (wanted,) = by_symbol(passing(lambda own: talib.RMA(own, n), n), [x], bar)
    np.testing.assert_allclose(run("wilder", [x], (n,), bar)[0], wanted, rtol=1e-12)


@given(panel=panels(2, missing=False), n=st.integers(2, 15))
def test_wilders_directional_flow_is_the_librarys(panel, n):
    (a, b), bar = panel
    high, low = np.maximum(a, b), np.minimum(a, b)

    def moved(high, low):
        up, down = high[1:] - high[:-1], low[:-1] - low[1:]
        return np.concatenate([[np.nan], np.where((up > down) & (up > 0), up, 0.0)])[: len(high)]

    (moves,) = by_symbol(moved, [high, low], bar)
    (found,) = run("wilder_flow", [moves], (n,), bar)
    (wanted,) = by_symbol(
        lambda h, w: talib.PLUS_DM(h, w, n) if len(h) > n else np.full(len(h), np.nan), [high, low], bar
    )
    # The library shows its first value one bar before n moves are known.
    known = ~np.isnan(found)
    np.testing.assert_allclose(found[known] * n, wanted[known], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["ema", "wilder"])
def test_a_missing_value_is_passed_over(name):
    x = np.arange(1.0, 21.0)[:, None] ** 1.5
    params = (4, 0) if name == "ema" else (4,)
    (whole,) = run(name, [x], params)
    (found,) = run(name, [np.insert(x, 9, np.nan, axis=0)], params)
    assert np.isnan(found[9, 0])
    assert same_bits(np.delete(found, 9, axis=0), whole)
