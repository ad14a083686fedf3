from __future__ import annotations

import math
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from tests.kernel_runs import by_symbol, panels, run

LENGTHS = st.integers(1, 25)


def rolled(function, n):
    """A function of each last n values, missing where there are fewer or one is missing."""

    def answer(*series):
        out = np.full(len(series[0]), np.nan)
        for i in range(n - 1, len(out)):
            window = [each[i - n + 1 : i + 1] for each in series]
            if not np.isnan(window).any():
                out[i] = function(*window)
        return out

    return answer


def centred(x, y):
    """The population's covariance, exactly, then rounded once."""
    xs, ys = [Fraction(float(each)) for each in x], [Fraction(float(each)) for each in y]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return float(sum((a - mx) * (b - my) for a, b in zip(xs, ys, strict=True)) / len(xs))


PLAIN = {
    "sum": math.fsum,
    "mean": lambda x: math.fsum(x) / len(x),
    "highest": np.max,
    "lowest": np.min,
    "var": lambda x: centred(x, x),
    "bars_since_highest": lambda x: np.argmax(x[::-1]),
    "bars_since_lowest": lambda x: np.argmin(x[::-1]),
}


@pytest.mark.parametrize("name", PLAIN)
@given(panel=panels(), n=LENGTHS)
def test_a_window_is_what_its_own_last_bars_say(name, panel, n):
    [x], bar = panel
    (wanted,) = by_symbol(rolled(PLAIN[name], n), [x], bar)
    (found,) = run(name, [x], (n,), bar, tile=7)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@given(panel=panels(2), n=LENGTHS)
def test_two_series_move_together_as_the_exact_sums_say(panel, n):
    inputs, bar = panel
    found = run("comoments", inputs, (n,), bar, tile=5)
    pairs = (lambda x, y: (x, y)), (lambda x, y: (x, x)), (lambda x, y: (y, y))
    for values, pair in zip(found, pairs, strict=True):

        def judged(x, y, pair=pair):
            # A bar that lacks either value is missing from all three.
            both = np.isnan(x) | np.isnan(y)
            return rolled(centred, n)(*(np.where(both, np.nan, each) for each in pair(x, y)))

        (wanted,) = by_symbol(judged, inputs, bar)
        known = ~np.isnan(wanted)
        np.testing.assert_allclose(values[known], wanted[known], rtol=1e-11, atol=1e-10)


@given(panel=panels(), n=LENGTHS)
def test_a_lag_is_the_value_so_many_own_bars_ago(panel, n):
    [x], bar = panel
    (wanted,) = by_symbol(lambda own: np.concatenate([np.full(n, np.nan), own])[: len(own)], [x], bar)
    np.testing.assert_array_equal(run("lag", [x], (n,), bar)[0], wanted)


@pytest.mark.parametrize("n", [2, 5, 20, 100, 252])
@pytest.mark.parametrize("name", ["sum", "mean", "var"])
def test_a_stretch_of_huge_values_leaves_no_trace(name, n):
    random = np.random.default_rng(n)
    x = random.normal(10, 0.3, (900, 4))
    x[300:340] *= 1e9
    (found,) = run(name, [x], (n,))
    (wanted,) = by_symbol(rolled(PLAIN[name], n), [x[340:]])
    np.testing.assert_allclose(found[340 + n :], wanted[n:], rtol=1e-12)


def test_covariance_after_a_stretch_of_huge_values():
    random = np.random.default_rng(5)
    x, y = random.normal(10, 0.3, (2, 300, 3))
    x[100:120] *= 1e9
    (cov, _, _) = run("comoments", [x, y], (20,))
    (wanted,) = by_symbol(rolled(centred, 20), [x[120:], y[120:]])
    np.testing.assert_allclose(cov[139:], wanted[19:], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", [*PLAIN, "quantile"])
def test_a_missing_value_stays_in_the_window_and_no_longer(name):
    x = np.arange(1.0, 31.0)[:, None]
    x[10] = np.nan
    (found,) = run(name, [x], (4, 0.5) if name == "quantile" else (4,))
    assert np.flatnonzero(np.isnan(found[:, 0])).tolist() == [0, 1, 2, 10, 11, 12, 13]
