"""No look-ahead: what was known on a day does not change when later days are added."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, assert_same_bits, present, subject


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), back=st.integers(1, 200))
def test_a_prefix_gives_the_same_past(name, market, back):
    it = subject(name)
    panel = it.panel(market)
    past = panel.rows(0, panel.shape[0] - back)
    whole = it.folded(panel, market)
    bar = present(past, market)
    assert_same_bits(it.folded(past, market), {key: values[: len(bar)] for key, values in whole.items()}, bar)
