"""The laws hold for what is put together: random expressions, live against batch, with peeks, snapshots and holes."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.engine.session import Session
from scanwright.expr.types import Typing
from tests.laws.panels import Market
from tests.laws.subjects import assert_same_bits, joined, numbers
from tests.laws.trees import Grower

ROWS = 200


@pytest.mark.parametrize("seed", range(40))
def test_a_random_expression_is_the_same_live_and_in_batch(seed):
    words, grower = catalogue(), Grower(seed)
    trees = {"condition": grower.condition(3), "number": grower.number(3)}
    rule = plan(trees, Typing(words))
    market = Market(seed=seed, holes=(0.0, 0.05, 0.4)[seed % 3], late=40 * (seed % 2), session="extended")
    panel = (market.daily() if seed % 3 else market.intraday()).rows(0, ROWS)
    whole = numbers(Fold.over(rule, panel, session="extended").advance(panel))

    live = Session(rule, panel, session="extended")
    parts = [live.commit(panel.rows(0, 80))]
    live.peek(panel.rows(80, 81))
    live = Session.resume(live.snapshot(), rule, panel.rows(0, 0))
    parts += [live.commit(panel.rows(row, row + 1)) for row in range(80, 110)]
    parts += [live.commit(panel.rows(110, ROWS))]

    assert_same_bits(joined([numbers(part) for part in parts]), whole, panel.bar == 1)
