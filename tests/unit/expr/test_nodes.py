"""Trees: built equal they are equal, whatever they share; walking goes to each node once, children first."""

from __future__ import annotations

import dataclasses
import pickle
import subprocess
import sys

import pytest

from scanwright.expr.nodes import Call, Constant, Field, Text, children, terms, walk
from tests.unit.expr.language import read


def test_built_equal_means_being_equal():
    a, b = read("rsi(14) < 40 and close > sma(200)"), read("rsi(14) < 40 and close > sma(200)")
    assert a == b
    assert a is not b
    assert hash(a) == hash(b)
    assert len({a, b}) == 1


@pytest.mark.parametrize(
    "other",
    [
        Call("ema", (Field("close"),), (3.0,)),
        Call("sma", (Field("open"),), (3.0,)),
        Call("sma", (Field("close"),), (4.0,)),
        Call("sma", (Field("close"),), (3.0,), "line"),
        Call("sma", (Field("close"), Field("close")), (3.0,)),
        Field("close"),
    ],
)
def test_a_difference_in_any_part_is_one(other):
    one = Call("sma", (Field("close"),), (3.0,))
    assert one != other
    assert len({one, other}) == 2


def test_a_field_is_no_text_and_no_constant():
    assert Field("close") != Text("close")
    assert Constant(1.0) != Text("1")


def test_nodes_are_frozen():
    for node, part in (
        (Constant(1.0), "value"),
        (Text("a"), "value"),
        (Field("close"), "name"),
        (read("sma(3)"), "name"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(node, part, 3)


def test_a_copy_with_another_part_has_another_hash():
    one = read("macd(12, 26, 9).line")
    other = dataclasses.replace(one, output="hist")
    assert other == read("macd(12, 26, 9).hist")
    assert hash(other) == hash(read("macd(12, 26, 9).hist"))


def test_trees_travel_between_processes():
    # Texts hash differently in another process: an equal tree there must be found all the same.
    tree = read('rsi(14) < 40 and sector == "Energy"')
    program = (
        "import pickle, sys\n"
        "from scanwright.app.wiring import catalogue\n"
        "from scanwright.expr.reader import read\n"
        "tree = pickle.loads(sys.stdin.buffer.read())\n"
        "assert tree in {read('rsi(14) < 40 and sector == \"Energy\"', catalogue())}\n"
    )
    subprocess.run([sys.executable, "-c", program], input=pickle.dumps(tree), check=True)


def test_walking_meets_each_node_once_and_children_first():
    tree = read("close > sma(close, 3) and close > 1")
    order = list(walk(tree))
    assert len(order) == len(set(order))
    assert order[-1] is tree
    for at, node in enumerate(order):
        assert all(child in order[:at] for child in children(node))


def test_walking_does_not_recurse():
    tree = Field("close")
    for _ in range(5000):
        tree = Call("neg", (tree,))
    assert sum(1 for _ in walk(tree)) == 5001


def test_the_terms_of_a_condition_are_the_parts_of_its_outermost_and():
    tree = read("close > 1 and (close > 2 and close > 3) and (close > 4 or close > 5)")
    assert [terms(each) for each in terms(tree)] == [(each,) for each in terms(tree)]
    assert terms(tree) == tuple(
        read(text) for text in ("close > 1", "close > 2", "close > 3", "close > 4 or close > 5")
    )
