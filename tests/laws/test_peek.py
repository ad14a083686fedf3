"""Peek leaves no trace: looking at a forming bar tells what it would give, and the state stays as it was."""

from __future__ import annotations

import dataclasses

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from scanwright.model.panel import Panel
from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, assert_same_bits, numbers, present, subject


def forming(row: Panel, factor: float) -> Panel:
    """A row as it may have looked before it closed: other prices, and bars where in the end there are none."""
    fields = {name: np.where(row.bar == 1, values * factor, 50.0 * factor) for name, values in row.fields.items()}
    return dataclasses.replace(row, fields=fields, bar=np.ones_like(row.bar))


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), rows=st.integers(1, 90), factor=st.sampled_from([1.3, 0.6, 1e6]))
def test_a_peek_leaves_no_trace(name, market, rows, factor):
    it = subject(name)
    panel = it.panel(market)
    at = panel.shape[0] - rows
    row, coming = panel.rows(at, at + 1), panel.rows(at, panel.shape[0])
    live, untouched = it.live(panel, market), it.live(panel, market)
    for session in (live, untouched):
        session.commit(panel.rows(0, at))
    live.peek(forming(row, factor))
    peeked = numbers(live.peek(row))
    bar = present(row, market)
    expected = numbers(untouched.commit(coming))
    assert_same_bits(peeked, {key: values[: len(bar)] for key, values in expected.items()}, bar)
    assert_same_bits(numbers(live.commit(coming)), expected, present(coming, market))
