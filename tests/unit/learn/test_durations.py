"""How long a run takes, from runs whose law is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.learn.durations import Done, lasts


def runs(count, *, noise, power=1.0, start=0.2, seed=3):
    """Runs whose seconds are a power of their work, the latest first."""
    generator = np.random.default_rng(seed)
    work = np.exp(generator.uniform(math.log(10), math.log(5000), count))
    seconds = start * work**power * np.exp(generator.normal(0, noise, count))
    return [Done(work=float(each), seconds=float(took)) for each, took in zip(work, seconds, strict=True)]


@pytest.mark.parametrize(("power", "noise"), [(1.0, 0.1), (1.0, 0.5), (0.6, 0.2)])
def test_the_band_holds_four_of_five_runs_that_come(power, noise):
    whole = runs(400, noise=noise, power=power)
    found = [
        (lasts(whole[at + 1 : at + 121], each.work, rate=50.0), each.seconds) for at, each in enumerate(whole[:250])
    ]
    held = np.mean([told.low <= took <= told.high for told, took in found])
    error = np.median([abs(told.median - took) / took for told, took in found])
    assert 0.75 <= held <= 0.87
    assert error <= max(0.2, 1.2 * noise)


@given(st.integers(0, 12), st.floats(1, 1e5), st.floats(0.1, 1e4))
def test_a_band_is_ordered_however_few_runs_there_are(count, work, rate):
    found = lasts(runs(count, noise=0.3), work, rate=rate)
    assert 0 < found.low <= found.median <= found.high
    assert found.runs == count


def test_nothing_known_is_a_wide_band_around_the_rate():
    found = lasts([], 1000.0, rate=100.0)
    assert (found.low, found.median, found.high) == pytest.approx((2.5, 10.0, 40.0))
    assert lasts(runs(8, noise=0.0), 1000.0, rate=1.0).high < 220.0, "eight runs that agree say more"
