"""A plan in two: what each symbol's own bars give, and what is made of everybody's."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine.plan import plan
from scanwright.expr.nodes import Field, walk
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.scan.blocks.cut import OWN, cut


def parts(text, **further):
    texts = {"where": text, **further}
    trees = {name: read(each, catalogue(), attributes={}) for name, each in texts.items()}
    return cut(plan(trees, Typing(catalogue())), Typing(catalogue()))


def fields(plan):
    return {node.name for tree in plan.lowered.values() for node in walk(tree) if isinstance(node, Field)}


def test_a_scan_of_own_bars_is_done_whole_by_workers():
    found = parts("close > sma(20) and rsi(14) < 40", rank="roc(5)")
    assert len(found.names) == 2
    assert not found.whole.steps
    assert not found.whole.barriers
    assert fields(found.whole) == set(found.names)


def test_of_a_function_across_symbols_workers_do_what_it_reads():
    found = parts("rank(sma(20)) <= 10 and close > 5")
    assert len(found.names) == 2
    assert not any(each.kind == "cross" for each in found.own.barriers)
    assert [each.kind for each in found.whole.barriers] == ["cross"]


def test_fields_are_read_where_they_are():
    found = parts("rank(close) <= 10")
    assert not found.names
    assert "close" in fields(found.whole)


def test_a_part_that_several_read_is_asked_for_once():
    found = parts("rank(sma(20)) < 5 and percentile(sma(20)) > 50 and sma(20) > 1")
    assert len(found.names) == 2  # the mean, and the comparison of it


@pytest.mark.parametrize(
    ("text", "remembers"),
    [
        ("close > sma(20)", False),
        ("rank(ema(20)) < 5", False),
        ("ema(rank(close), 5) > 3", True),
        ("rank(close)[1] > rank(close)", True),
        ("crosses_above(percentile(close), 50)", True),
    ],
)
def test_all_rows_are_asked_for_only_where_something_remembers_others(text, remembers):
    assert parts(text).remembers is remembers


@pytest.mark.parametrize("text", ["at('1w', rsi(5)) > 1", "of('SPY', sma(5)) > 1", "raw(close) > 5"])
def test_other_bars_are_the_workers_business(text):
    assert not parts(text).whole.barriers


def test_who_takes_part_is_asked_for_too():
    found = parts("rank(close) < 3", universe="sma(20) > 5")
    assert "universe" in found.whole.lowered
    assert found.whole.lowered["universe"] in {Field(name) for name in found.names}
    assert all(name.startswith(OWN) for name in found.names)
