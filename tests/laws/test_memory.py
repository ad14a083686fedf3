"""Bounded memory: what is remembered does not grow with the bars that were seen."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, subject


def sizes(live):
    return {key: values.shape for key, values in live._fold.snapshot().items()}


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels())
def test_what_is_remembered_does_not_grow(name, market):
    it = subject(name)
    if it.foreign:
        pytest.skip("TA-Lib's handles cannot be written down: a snapshot holds the history")
    panel = it.panel(market)
    live = it.live(panel, market)
    before = sizes(live)
    for begin in range(0, panel.shape[0], 100):
        live.commit(panel.rows(begin, begin + 100))
        assert sizes(live) == before
