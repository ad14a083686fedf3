"""Warm-up is exact: before it there is no value, from it on there is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.laws.panels import Market, law, panels
from tests.laws.subjects import BESIDE, NAMES, subject

# What these wait for, in the bars and not in their count, before their first value or now and then.
BY_NATURE = {
    "acos": "missing outside -1 to 1, where no price is",
    "anchored_vwap": "waits for its condition",
    "asin": "missing outside -1 to 1, where no price is",
    "at": "counts its warm-up in bars of its own interval",
    "bars_since": "waits for its condition",
    "bars_since_event": "waits for its event",
    "bars_to_event": "waits until one is scheduled",
    "camarilla": "waits for a whole session",
    "event_value": "waits for its event",
    "fractal": "waits for a fractal",
    "opening_range": "waits until the range is over",
    "pivots": "waits for a whole session",
    "premarket": "waits for a session before the one it compares with",
    "prior_day": "waits for a whole session",
    "rvol_at_time": "waits for whole sessions",
    "same_time_mean": "waits for whole sessions",
    "schaff": "waits for a range that is more than nothing",
    "value_when": "waits for its condition",
    "zigzag": "waits for a turn",
    **dict.fromkeys(BESIDE, "waits until it is known"),
}


def firsts(missing: np.ndarray) -> str:
    return f"its first values come at {np.argmin(missing, axis=0)}"


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(holes=False))
def test_no_value_comes_before_the_warm_up(name, market):
    it = subject(name)
    for key, values in it.folded(it.panel(market), market).items():
        missing, warmup = np.isnan(values), it.plan.warmups[key]
        assert missing[:warmup].all(), f"{key!r} has a warm-up of {warmup}, {firsts(missing)}"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_NATURE])
@law
@given(market=panels(holes=False))
def test_every_value_comes_from_the_warm_up_on(name, market):
    it = subject(name)
    for key, values in it.folded(it.panel(market), market).items():
        missing, warmup = np.isnan(values), it.plan.warmups[key]
        assert warmup < len(values), "the laws' market is too short to tell"
        assert not missing[warmup:].any(), f"{key!r} has a warm-up of {warmup}, {firsts(missing)}"


@pytest.mark.parametrize("name", BY_NATURE)
def test_an_exception_is_needed(name):
    it, market = subject(name), Market(seed=0, session="extended")
    found = it.folded(it.panel(market), market)
    assert any(np.isnan(values[it.plan.warmups[key] :]).any() for key, values in found.items())
