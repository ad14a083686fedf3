"""What a person wrote, opened to what kernels do."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine.lower import RAW, Lowering
from scanwright.expr.nodes import Call, Constant, Field, Text, walk
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.errors import TooComplex, WrongType

CLOSE, OPEN, HIGH = Field("close"), Field("open"), Field("high")
RAW_CLOSE = Field(RAW + "close")


def opened(text):
    return Lowering(Typing(catalogue()))(read(text, catalogue()))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("close > open", Call("less", (OPEN, CLOSE))),
        ("close >= open", Call("less_equal", (OPEN, CLOSE))),
        ("min(close, open, high)", Call("min", (Call("min", (CLOSE, OPEN)), HIGH))),
        ("max(close, open)", Call("max", (CLOSE, OPEN))),
        ("sma(3)", Call("mean", (CLOSE,), (3.0,))),
        ("session", Field("session_id")),
        ("week", Field("week_id")),
        ("raw(close)", RAW_CLOSE),
        ("raw(close + sma(3))", Call("add", (RAW_CLOSE, Call("mean", (RAW_CLOSE,), (3.0,))))),
        ("by(sector, rank(close))", Call("rank", (CLOSE, Field("sector")))),
        ("by(sector, close)", CLOSE),
    ],
)
def test_idioms_are_spelled_out(text, tree):
    assert opened(text) == tree


def test_membership_is_a_chain_of_equals():
    sector = Field("sector")
    pairs = [Call("equal", (sector, Text(name))) for name in ("A", "B", "C")]
    assert opened('sector in ("A", "B", "C")') == Call("or", (Call("or", (pairs[0], pairs[1])), pairs[2]))


def test_the_nearest_group_counts():
    inner = Call("rank", (CLOSE, Field("sector")))
    assert opened("by(industry, by(sector, rank(close)))") == inner


def test_no_indicator_is_left():
    words = catalogue()
    for name in ("rsi(14)", "macd(12, 26, 9).hist", "supertrend(10, 3).line", "ichimoku().conversion", "adx(14)"):
        tree = opened(name)
        assert not [node for node in walk(tree) if isinstance(node, Call) and words[node.name].composition]


def test_equal_parts_become_the_same_object():
    tree = opened("close + open > 1 and close + open < 9")
    sums = {id(node) for node in walk(tree) if isinstance(node, Call) and node.name == "add"}
    assert len(sums) == 1


def test_an_anchor_by_condition_counts_how_often_it_was_true():
    tree = opened("cumulative(volume, close > open)")
    assert tree.inputs[1].name == "cumulative"


def test_ranks_within_another_symbol_are_refused_from_python_too():
    tree = Call("of", (Call("rank", (CLOSE,)),), ("SPY",))
    with pytest.raises(WrongType, match="across symbols"):
        Lowering(Typing(catalogue()))(tree)


def test_what_opens_to_too_many_steps_is_refused():
    tree = CLOSE
    for at in range(20_001):
        tree = Call("add", (tree, Constant(float(at))))
    parts = [node for node in walk(tree) if isinstance(node, Call)]
    with pytest.raises(TooComplex, match="20,000 steps"):
        all(map(Lowering(Typing(catalogue())), parts))
