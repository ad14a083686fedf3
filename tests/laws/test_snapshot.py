"""Snapshot and resume: a session kept as bytes and opened again goes on as if it had never stopped."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from scanwright.engine.session import Session
from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, assert_same_bits, joined, numbers, present, subject


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), stops=st.lists(st.integers(1, 320), min_size=3, max_size=5, unique=True))
def test_a_snapshot_goes_on_as_if_nothing_had_been(name, market, stops):
    it = subject(name)
    panel = it.panel(market)
    rows = panel.shape[0]
    ends = sorted({stop * rows // 330 + 1 for stop in stops} | {rows})
    live = it.live(panel, market)
    parts = []
    for begin, end in zip([0, *ends], ends, strict=False):
        parts.append(numbers(live.commit(panel.rows(begin, end))))
        live = Session.resume(live.snapshot(), it.plan, panel.rows(0, 0))
    assert_same_bits(joined(parts), it.folded(panel, market), present(panel, market))
