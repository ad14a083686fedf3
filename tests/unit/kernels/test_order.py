from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import talib
from hypothesis import given

from tests.kernel_runs import by_symbol, panels, run, same_bits
from tests.unit.kernels.test_window import rolled


@given(panel=panels(), n=st.integers(1, 25), q=st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.77, 1.0]))
def test_a_quantile_is_numpys(panel, n, q):
    [x], bar = panel
    (wanted,) = by_symbol(rolled(lambda own: np.quantile(own, q), n), [x], bar)
    np.testing.assert_allclose(run("quantile", [x], (n, q), bar, tile=3)[0], wanted, rtol=1e-15)


def percent(own):
    """Of the values before the last, how many are not above it."""
    return 100 * np.mean(own[:-1] <= own[-1])


@given(panel=panels(), n=st.integers(1, 25))
def test_the_percent_rank_is_among_the_bars_before(panel, n):
    [x], bar = panel
    (wanted,) = by_symbol(rolled(percent, n + 1), [x], bar)
    np.testing.assert_allclose(run("percentile_rank", [x], (n,), bar, tile=3)[0], wanted, rtol=1e-15)


def test_the_percent_rank_is_the_librarys_where_no_two_are_equal():
    x = np.random.default_rng(1).normal(size=(400, 3))
    (wanted,) = by_symbol(lambda own: talib.PERCENTRANK(own, 100), [x])
    np.testing.assert_allclose(run("percentile_rank", [x], (100,))[0], wanted, rtol=1e-14)


@pytest.mark.parametrize("name", ["quantile", "percentile_rank"])
def test_infinities_are_values_and_leave_no_trace(name):
    x = np.random.default_rng(2).normal(size=(200, 5))
    wild = x.copy()
    wild[40:60] = np.inf
    wild[60:70] = np.nan
    wild[70:80] = -np.inf
    params = (20, 0.5) if name == "quantile" else (20,)
    assert same_bits(run(name, [x], params)[0][101:], run(name, [wild], params)[0][101:])


def test_minus_zero_leaves_as_zero():
    x = np.tile([0.0, -0.0, 1.0, -0.0, 0.0, -1.0], 20)[:, None]
    (wanted,) = by_symbol(rolled(np.median, 3), [x])
    np.testing.assert_array_equal(run("quantile", [x], (3, 0.5))[0], wanted)
