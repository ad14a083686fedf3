"""The same bits whatever the tile or the thread: time may be split anywhere, symbols shared out in any blocks."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from scanwright.engine.blocks import complete, share_out
from scanwright.engine.fold import Fold, Frame
from tests.laws.panels import law, panels
from tests.laws.subjects import NAMES, assert_same_bits, joined, numbers, present, subject


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), sizes=st.lists(st.integers(1, 120), min_size=3, max_size=12), width=st.integers(1, 4))
def test_any_split_of_time_and_symbols_gives_the_same_bits(name, market, sizes, width):
    it = subject(name)
    panel = it.panel(market)
    columns = np.arange(panel.shape[1])
    frame = Frame(panel=panel, columns=columns, session=market.session)
    full = np.zeros(len(columns), np.uint8) if it.intraday else complete(panel.bar, columns)
    fold = Fold(it.plan, frame, blocks=share_out(columns, full, width), threads=2)
    ends = [int(each) for each in np.minimum(np.cumsum([*sizes, panel.shape[0]]), panel.shape[0])]
    parts = [numbers(fold.advance(panel.rows(a, b))) for a, b in zip([0, *ends], ends, strict=False) if a < b]
    assert_same_bits(joined(parts), it.folded(panel, market), present(panel, market))


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), back=st.integers(1, 30))
def test_asking_for_the_last_row_only_changes_nothing_about_it(name, market, back):
    it = subject(name)
    panel = it.panel(market)
    end = panel.shape[0] - back
    if market.session == "regular" and it.intraday:
        end -= end % 19 - 10  # a row within the regular session
    past = panel.rows(0, end)
    fold = Fold.over(it.plan, past, session=market.session)
    for part in [past.rows(0, end // 2), past.rows(end // 2, end - 1)]:
        fold.advance(part, want="none")
    last = numbers(fold.advance(past.rows(end - 1, end), want="last"))
    whole = it.folded(past, market)
    assert_same_bits(last, {key: values[-1:] for key, values in whole.items()}, past.bar[-1:] == 1)
