from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from tests.kernel_runs import by_symbol, run

NAN = math.nan


def plain(x, slot, session, n, slots):
    """Whole days in a dictionary, carried forward, then averaged."""
    days, out = {}, []
    for value, place, day in zip(x, slot, session, strict=True):
        if math.isnan(value) or math.isnan(place) or math.isnan(day) or not 0 <= place < slots:
            out.append(NAN)
            continue
        days.setdefault(day, {})[int(place)] = value
        earlier = [each for each in days if each != day][-n:]
        known = [days[each].get(max((s for s in days[each] if s <= place), default=-1), 0.0) for each in earlier]
        out.append(np.mean(known) if len(known) == n else NAN)
    return np.array(out, float)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 4), slots=st.integers(1, 6), holes=st.booleans())
def test_the_mean_at_the_same_time_is_that_of_whole_days(seed, n, slots, holes):
    random = np.random.default_rng(seed)
    days = 12
    slot = np.tile(np.arange(slots), days)[:, None] * np.ones((1, 3))
    session = np.repeat(np.arange(days), slots)[:, None] * np.ones((1, 3)) + 100
    volume = random.lognormal(3, 1, slot.shape)
    x = np.cumsum(volume.reshape(days, slots, 3), axis=1).reshape(slot.shape)
    x[random.random(x.shape) < 0.05] = NAN
    bar = (random.random(x.shape) < (0.7 if holes else 1.0)).astype(np.uint8)
    (wanted,) = by_symbol(lambda *own: plain(*own, n, slots), [x, slot, session], bar)
    (found,) = run("same_time_mean", [x, slot, session], (n, slots), bar, tile=4)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_a_time_outside_the_day_is_passed_over():
    x = np.arange(1.0, 9.0)[:, None]
    slot = np.array([0, 1, 5, -1, NAN, 0, 1, 1.0])[:, None]
    session = np.array([1, 1, 1, 2, 2, 3, 3, NAN])[:, None]
    (found,) = run("same_time_mean", [x, slot, session], (1, 2))
    np.testing.assert_array_equal(found[:, 0], [NAN, NAN, NAN, NAN, NAN, 1, 2, NAN])
