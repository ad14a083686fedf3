"""What the laws are run on: every entry that the catalogue finds, as a plan of its example with all of its results."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache, cached_property

import numpy as np

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold
from scanwright.engine.plan import Plan, plan
from scanwright.engine.session import Session
from scanwright.expr.nodes import Call, Field, Node, walk
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.panel import Panel
from scanwright.scan.judge import rows_within
from tests.laws.panels import Market

BESIDE = (
    "pe",
    'industry == "Banks"',
    "by(industry, rank(pe))",
    'at("1w", event_count("news", 2))',
    'at("1w", pe + bars_to_event("earnings"), forming=True)',
    'of("SPY", bars_since_event("earnings"))',
    'mean(event_value("earnings", "eps"), 3)',
)
"""Expressions over what is dated, which has no entry of its own in the catalogue, and over its words elsewhere."""
NAMES = (*catalogue().names(), *BESIDE)
ATTRIBUTES = ("sector", "float")
_CLOCK = {"session_id", "hour", "minute", "minutes_since_open"}

Values = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """One entry: `trees` are its example and the same with its other results; or one expression."""

    trees: Mapping[str, Node]
    plan: Plan

    @cached_property
    def intraday(self) -> bool:
        """Whether it looks at the time of day or at sessions, so that a day's bars say little."""
        nodes = {node for tree in self.plan.lowered.values() for node in walk(tree)}
        fields = {node.name for node in nodes if isinstance(node, Field)}
        return bool(fields & _CLOCK) or any(isinstance(node, Call) and node.name == "during" for node in nodes)

    @property
    def across(self) -> bool:
        """Whether it looks at all symbols of a time."""
        return any(each.kind == "cross" for each in self.plan.barriers)

    @property
    def foreign(self) -> bool:
        """Whether a foreign library does the work."""
        return any(each.kind == "foreign" for each in self.plan.barriers)

    def panel(self, market: Market) -> Panel:
        """The market in the bars that say something about this entry."""
        return market.intraday() if self.intraday else market.daily()

    def folded(self, panel: Panel, market: Market, *, threads: int = 1) -> Values:
        """All rows at once."""
        return numbers(Fold.over(self.plan, panel, session=market.session, threads=threads).advance(panel))

    def live(self, panel: Panel, market: Market) -> Session:
        """A session before the first bar."""
        return Session(self.plan, panel, session=market.session)


@cache
def subject(name: str) -> Subject:
    """The subject of a catalogue's name, or of an expression."""
    words = catalogue()
    tree = read(name if name in BESIDE else words[name].example, words)
    trees = {"": tree}
    if isinstance(tree, Call) and tree.name == name:
        trees |= {each.name: dataclasses.replace(tree, output=each.name) for each in words[name].signature.outputs}
    return Subject(trees=trees, plan=plan(trees, Typing(words)))


def numbers(results: Values) -> dict[str, np.ndarray]:
    """Results as doubles; an unknown yes/no is missing."""
    return {
        name: np.where(found == 2, np.nan, found) if found.dtype == np.uint8 else np.array(found)
        for name, found in results.items()
    }


def joined(parts: list[Values]) -> dict[str, np.ndarray]:
    """Results of consecutive rows as one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def present(panel: Panel, market: Market) -> np.ndarray:
    """Who has a bar in the rows that give results."""
    return panel.bar[rows_within(panel, market.session)] == 1


def assert_same_bits(found: Values, expected: Values, bar: np.ndarray) -> None:
    """The same doubles wherever there is a bar, missing ones included."""
    assert found.keys() == expected.keys()
    for name, values in found.items():
        wanted = expected[name]
        assert values.shape == wanted.shape == bar.shape
        same = _bits(values) == _bits(wanted)
        wrong = np.argwhere(~same & bar)
        assert not len(wrong), (
            f"{len(wrong)} of {int(bar.sum())} values of {name!r} differ, first at row, column {wrong[0]}: "
            f"{values[tuple(wrong[0])]!r}, expected {wanted[tuple(wrong[0])]!r}"
        )


def _bits(values: np.ndarray) -> np.ndarray:
    """The doubles' bits; every missing value is the same."""
    return np.where(np.isnan(values), np.nan, values).view(np.int64)
