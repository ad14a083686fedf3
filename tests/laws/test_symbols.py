"""A symbol's results are its own: the order of the symbols, and who stands beside them, change nothing.

What looks across symbols is about its neighbours, so only the order is free there; `of` needs the symbol it names.
"""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from scanwright.engine.fold import Fold
from tests.laws.panels import SYMBOLS, law, panels
from tests.laws.subjects import NAMES, assert_same_bits, numbers, present, subject

OTHER_ORDERS = st.permutations(range(len(SYMBOLS))).filter(lambda order: order != sorted(order))


def columns_of(values, order):
    return {key: each[:, order] for key, each in values.items()}


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), order=st.just([4, 2, 0, 3, 1]) | OTHER_ORDERS)
def test_permuting_symbols_permutes_results(name, market, order):
    it = subject(name)
    panel = it.panel(market)
    turned = panel.columns(np.array(order))
    assert_same_bits(it.folded(turned, market), columns_of(it.folded(panel, market), order), present(turned, market))


@pytest.mark.parametrize("name", NAMES)
@law
@given(market=panels(), kept=st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True))
def test_dropping_other_symbols_changes_nothing(name, market, kept):
    it = subject(name)
    if it.across:
        pytest.skip("looks across symbols")
    panel = it.panel(market)
    named = {SYMBOLS.index(symbol) for symbol in it.plan.symbols}
    chosen = sorted({*kept, *named})
    assume(len(chosen) < len(SYMBOLS))
    few = panel.columns(np.array(chosen))
    expected = columns_of(it.folded(panel, market), chosen)
    assert_same_bits(it.folded(few, market), expected, present(few, market))
    beside = Fold.over(it.plan, panel, np.array(chosen), session=market.session).advance(panel)
    assert_same_bits(columns_of(numbers(beside), chosen), expected, present(few, market))
