from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
import talib
from hypothesis import given

from tests.kernel_runs import by_symbol, panels, run, same_bits

NAN = math.nan


@st.composite
def bars(draw):
    """High, low, close of walks, some with jumps, and the mask."""
    (a, b, c), bar = draw(panels(3, rows=120, missing=False))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    close = 50 * np.exp(np.cumsum(random.normal(0, draw(st.sampled_from([0.001, 0.02, 0.2])), a.shape), axis=0))
    high = close * (1 + np.abs(np.where(np.abs(b) < 1e3, b, 0)) / 5000)
    low = close * (1 - np.minimum(np.abs(np.where(np.abs(c) < 1e3, c, 0)) / 5000, 0.5))
    return high, low, close, bar


def enough(least, answer):
    return lambda *own: answer(*own) if len(own[0]) >= least else np.full(len(own[0]), NAN)


@given(case=bars(), n=st.integers(2, 30))
def test_kama_is_the_librarys(case, n):
    _, _, close, bar = case
    (wanted,) = by_symbol(enough(n + 1, lambda own: talib.KAMA(own, n)), [close], bar)
    np.testing.assert_allclose(run("kama", [close], (n, 2, 30), bar, tile=7)[0], wanted, rtol=1e-9)


def test_kama_of_prices_that_stand_still_stands_still():
    (found,) = run("kama", [np.full((40, 2), 7.1)], (10, 2, 30))
    np.testing.assert_array_equal(found[10:], 7.1)


def test_kama_after_a_stretch_of_huge_values_follows_at_the_same_pace():
    x = np.random.default_rng(4).normal(10, 0.3, (400, 1))
    wild = x.copy()
    wild[100:120] *= 1e9
    found, other = run("kama", [x], (10, 2, 30))[0], run("kama", [wild], (10, 2, 30))[0]
    # The memory of the height fades; the pace at which it does is that of the ordinary prices alone.
    gap = (other - found)[131:, 0]
    pace = (1 - gap[1:] / gap[:-1])[:100]
    change = np.abs(x[131:232, 0] - x[121:222, 0])
    path = np.array([np.abs(np.diff(x[i - 10 : i + 1, 0])).sum() for i in range(131, 232)])
    weight = (change / path * (2 / 3 - 2 / 31) + 2 / 31) ** 2
    np.testing.assert_allclose(pace, weight[1:], rtol=1e-6)


@given(case=bars(), step=st.sampled_from([0.0, 0.02, 0.1, 0.5]), most=st.sampled_from([0.1, 0.2, 1.0]))
def test_the_parabolic_stop_is_the_librarys(case, step, most):
    high, low, _, bar = case
    (wanted,) = by_symbol(enough(2, lambda h, w: talib.SAR(h, w, step, most)), [high, low], bar)
    np.testing.assert_allclose(run("psar", [high, low], (step, most), bar, tile=7)[0], wanted, rtol=1e-12)


def pine_supertrend(high, low, close, atr, times):
    """Pine's `ta.supertrend` as its manual prints it, with the bars before the first range left out."""
    line, ups, before = np.full(len(close), NAN), np.full(len(close), NAN), None
    for i in range(len(close)):
        if math.isnan(atr[i]):
            continue
        upper, lower = (high[i] + low[i]) / 2 + times * atr[i], (high[i] + low[i]) / 2 - times * atr[i]
        up = False
        if before is not None:
            was_upper, was_lower, was_close, was_line = before
            lower = lower if lower > was_lower or was_close < was_lower else was_lower
            upper = upper if upper < was_upper or was_close > was_upper else was_upper
            up = close[i] > upper if was_line == was_upper else not close[i] < lower
        line[i], ups[i] = (lower if up else upper), float(up)
        before = upper, lower, close[i], line[i]
    return line, ups


@given(case=bars(), times=st.sampled_from([0.0, 0.5, 3.0]), n=st.integers(2, 10))
def test_the_supertrend_is_pines(case, times, n):
    high, low, close, bar = case
    atr = run("wilder", [high - low], (n,), bar)[0]
    wanted = by_symbol(lambda *own: pine_supertrend(*own, times), [high, low, close, atr], bar)
    found = run("supertrend_of", [high, low, close, atr], (times,), bar, tile=7)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_supertrend_is_the_librarys():
    random = np.random.default_rng(8)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, (600, 4)), axis=0))
    high, low = close * random.uniform(1, 1.02, close.shape), close * random.uniform(0.98, 1, close.shape)
    (atr,) = by_symbol(lambda *own: talib.ATR(*own, 10), [high, low, close])
    line, up = run("supertrend_of", [high, low, close, atr], (3.0,))
    wanted, trend = by_symbol(lambda *own: talib.SUPERTREND(*own, 10, 3.0), [high, low, close])
    # The library may begin on the other side; from the first turn that both make they are one.
    for j in range(4):
        both = np.flatnonzero((up[:, j] == 1) == (trend[:, j] > 0))
        start = next(i for i in range(60, 600) if up[i, j] != up[i - 1, j] and i in both)
        np.testing.assert_allclose(line[start:, j], wanted[start:, j], rtol=1e-12)


def plain_zigzag(high, low, percent):
    """Turning points found by looking at whole stretches: no carried candidates but the start of the stretch."""
    rows = np.full((len(high), 4), NAN)
    direction, begin, pivot, at = 0, 0, NAN, None
    for i in range(len(high)):
        past_high, past_low = high[begin : i + 1], low[begin : i + 1]
        top, bottom = begin + int(np.argmax(past_high)), begin + int(np.argmin(past_low))
        turned = 0
        if i > 0 and direction <= 0 and bottom < i and high[i] >= low[bottom] * (1 + percent / 100):
            turned, pivot, at = 1, low[bottom], bottom
        elif i > 0 and direction >= 0 and top < i and low[i] <= high[top] * (1 - percent / 100):
            turned, pivot, at = -1, high[top], top
        if turned:
            direction, begin = turned, i
        rows[i, 3] = float(turned != 0)
        if direction:
            rows[i, :3] = pivot, direction, i - at
    return tuple(rows.T)


@given(case=bars(), percent=st.sampled_from([0.5, 2.0, 5.0, 20.0]))
def test_the_zigzag_is_what_whole_stretches_say(case, percent):
    high, low, _, bar = case
    wanted = by_symbol(lambda *own: plain_zigzag(*own, percent), [high, low], bar)
    found = run("zigzag", [high, low], (percent,), bar, tile=7)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_zigzag_by_hand():
    price = np.array([10, 11, 12, 11.5, 10.5, 10, 10.8, 11.2, 11, 9], float)[:, None]
    pivot, direction, since, confirmed = (each[:, 0] for each in run("zigzag", [price, price], (10.0,)))
    assert confirmed.tolist() == [0, 1, 0, 0, 1, 0, 0, 1, 0, 1]
    np.testing.assert_array_equal(pivot, [NAN, 10, 10, 10, 12, 12, 12, 10, 10, 11.2])
    np.testing.assert_array_equal(direction, [NAN, 1, 1, 1, -1, -1, -1, 1, 1, -1])
    np.testing.assert_array_equal(since, [NAN, 1, 2, 3, 2, 3, 4, 2, 3, 2])


@pytest.mark.parametrize(("name", "params"), [("kama", (5, 2, 30)), ("psar", (0.02, 0.2)), ("supertrend_of", (1.0,))])
def test_a_machine_passes_over_a_missing_value(name, params):
    random = np.random.default_rng(9)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, (80, 3)), axis=0))
    ours = {"kama": [close], "psar": [close * 1.01, close * 0.99]}
    inputs = ours.get(name, [close * 1.01, close * 0.99, close, close * 0.02])
    whole = run(name, inputs, params)
    holed = [np.insert(each, 33, NAN if i == 0 else each[33], axis=0) for i, each in enumerate(inputs)]
    for found, wanted in zip(run(name, holed, params), whole, strict=True):
        assert np.isnan(found[33]).all()
        assert same_bits(np.delete(found, 33, axis=0), wanted)


def test_a_bar_without_values_counts_as_a_bar_since_the_pivot():
    price = np.array([10, 11, 12, NAN, 11.5], float)[:, None]
    _, _, since, _ = run("zigzag", [price, price], (10.0,))
    np.testing.assert_array_equal(since[:, 0], [NAN, 1, 2, NAN, 4])
