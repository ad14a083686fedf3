"""Bands of counts, and the scores by which forecasts of them are judged."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scanwright.learn.counts import Band, crps, pit

COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=60).map(np.array)


@given(COUNTS, st.integers(0, 500))
def test_the_score_is_the_area_between_the_two_distributions(samples, came):
    steps = np.arange(0, 501)
    told = (samples[:, None] <= steps).mean(axis=0)
    assert np.isclose(crps(samples, came), np.square(told - (steps >= came)).sum())


@given(COUNTS)
def test_a_band_is_ordered_and_holds_four_of_five(samples):
    band = Band.of(samples)
    assert band.low <= band.median <= band.high
    assert np.mean((samples >= band.low) & (samples <= band.high)) >= 0.8 - 1 / len(samples)
    assert band.none == np.mean(samples == 0)


def test_a_true_forecast_is_evenly_spread():
    generator = np.random.default_rng(5)
    places = [pit(generator.poisson(2.0, 400), int(generator.poisson(2.0)), generator) for _ in range(2000)]
    assert np.abs(np.histogram(places, bins=10, range=(0, 1))[0] - 200).max() < 60
