"""Accuracy after large values: what has left a window leaves nothing behind, not even rounding."""

from __future__ import annotations

import dataclasses

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, present, subject


def reach(it):
    """More bars than any value looks back."""
    return sum(step.kernel.warmup(*step.node.params) for step in it.plan.steps)


def of_windows_only(it):
    """Whether every value depends on the last bars only."""
    forgetting = all(step.kernel.kind in {"elementwise", "window"} for step in it.plan.steps)
    return forgetting and not it.plan.barriers and not it.intraday


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), end=st.integers(20, 50), size=st.sampled_from([1e9, -1e9, 1e12]))
def test_windows_are_exact_after_large_values(name, market, end, size):
    it = subject(name)
    if not of_windows_only(it):
        pytest.skip("remembers more than its last bars")
    panel = it.panel(market)
    large = np.zeros(panel.shape, bool)
    large[5:end] = True
    fields = {key: np.where(large, size + values, values) for key, values in panel.fields.items()}
    found = it.folded(dataclasses.replace(panel, fields=fields), market)
    expected = it.folded(panel, market)
    bars_after = np.cumsum(panel.bar, axis=0, dtype=np.int64) - panel.bar[:end].sum(axis=0, dtype=np.int64)
    for key, values in found.items():
        counted = (bars_after > reach(it)) & present(panel, market)
        assert counted.any(), "the laws' market is too short to tell"
        scale = np.maximum(np.abs(expected[key]), 1.0)
        np.testing.assert_allclose((values / scale)[counted], (expected[key] / scale)[counted], rtol=0, atol=1e-9)
