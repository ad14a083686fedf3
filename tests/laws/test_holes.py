"""Holes stay local: a symbol that lacks bars has the values of the same bars without the gaps between them."""

from __future__ import annotations

import dataclasses

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from scanwright.model.panel import Panel
from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, assert_same_bits, present, subject


def without_holes(panel: Panel, column: int) -> Panel:
    """One symbol's own bars, one after the other."""
    alone = panel.columns(np.array([column]))
    rows = np.flatnonzero(alone.bar[:, 0])
    fields = {name: values[rows] for name, values in alone.fields.items()}
    return dataclasses.replace(alone, ts=alone.ts[rows], fields=fields, bar=alone.bar[rows])


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), column=st.sampled_from([0, 2, 4]))
def test_holes_stay_local(name, market, column):
    it = subject(name)
    if it.across:
        pytest.skip("looks across symbols")
    if it.plan.symbols:
        pytest.skip("looks at another symbol's bars")
    panel = it.panel(market)
    dense = without_holes(panel, column)
    bar = present(panel, market)[:, column]
    expected = {key: values[bar, column][:, None] for key, values in it.folded(panel, market).items()}
    assert_same_bits(it.folded(dense, market), expected, present(dense, market))


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels())
def test_what_lies_in_a_hole_does_not_matter(name, market):
    it = subject(name)
    panel = it.panel(market)
    fields = {key: np.where(panel.bar == 1, values, -1e300) for key, values in panel.fields.items()}
    filled = dataclasses.replace(panel, fields=fields)
    assert_same_bits(it.folded(filled, market), it.folded(panel, market), present(panel, market))
