"""Live is batch: bars committed one by one give what folding them at once gives."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from scanwright.engine.session import Session
from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, assert_same_bits, joined, numbers, present, subject


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), rows=st.integers(25, 60))
def test_row_by_row_gives_what_the_batch_gives(name, market, rows):
    it = subject(name)
    panel = it.panel(market)
    begin = panel.shape[0] - rows
    live = it.live(panel, market)
    parts = [numbers(live.commit(panel.rows(0, begin)))]
    parts += [numbers(live.commit(panel.rows(row, row + 1))) for row in range(begin, panel.shape[0])]
    assert_same_bits(joined(parts), it.folded(panel, market), present(panel, market))


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), rows=st.integers(20, 40))
def test_a_session_goes_on_from_what_the_batch_left(name, market, rows):
    it = subject(name)
    panel = it.panel(market)
    past, coming = panel.rows(0, panel.shape[0] - rows), panel.rows(panel.shape[0] - rows, panel.shape[0])
    live = Session.start(it.plan, past, session=market.session)
    parts = [numbers(live.commit(coming.rows(row, row + 1))) for row in range(rows)]
    whole = {name: values[len(present(past, market)) :] for name, values in it.folded(panel, market).items()}
    assert_same_bits(joined(parts), whole, present(coming, market))
