"""The terms of a condition over the last year, for all symbols at once, kept so that a change is answered at once.

1. The rows are those of the last 365 days that lie in the session, up to a frame; fewer where there are many symbols.
2. What is kept is not the terms but their sides: of `rsi(14) < 40` the values of `rsi(14)`. Who moves the 40 folds
   nothing; who moves the 14 has that side alone folded again, from each symbol's first bar as always.
3. A side is kept under its canonical text, the panel's hash and the universe, which decides what looks across symbols.
"""

from __future__ import annotations

import dataclasses
import operator
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scanwright.engine.fold import Fold
from scanwright.engine.plan import MEMBER, plan
from scanwright.expr.nodes import Call, Constant, Node
from scanwright.expr.printer import show
from scanwright.model.panel import Bytes, Floats, Ints, Panel
from scanwright.model.signature import Type
from scanwright.scan.judge import Case, rows_within
from scanwright.scan.now import UNKNOWN, YES

YEAR = np.timedelta64(365, "D")
MOST_VALUES = 2_000_000  # values of one side
MOST_BYTES = 400_000_000  # of all sides together
AND = np.array([0, 2, 1], np.uint8)  # no < unknown < yes: `and` is the least of them
COMPARED: Mapping[str, Callable[[Floats, Floats], NDArray[np.bool_]]] = {
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
}
Stop = Callable[[], None]
"""Raises where nobody waits for the answer any more."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """One term on every row and for every symbol: `[R, N]` of 0, 1 and 2 (unknown), and the numbers on both sides."""

    tree: Node
    text: str
    held: Bytes
    left: Floats | None
    right: Floats | None


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Board:
    """A scan's terms over some rows of its panel.

    rows: `[R]`, which rows of the panel. member, bar: `[R, N]`, who is in the universe, and has a bar. rank: `[R, N]`
    of the ranking, where there is one.
    """

    case: Case
    rows: Ints
    terms: Sequence[Term]
    member: NDArray[np.bool_]
    rank: Floats | None

    @cached_property
    def bar(self) -> NDArray[np.bool_]:
        """Who has a bar."""
        return self.case.panel.bar[self.rows] == 1

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Members that have a bar."""
        return self.member & self.bar

    def joint(self, without: Sequence[int] = ()) -> Bytes:
        """Whether all terms held but those that are left out: 0, 1, 2 unknown."""
        whole = np.full(self.member.shape, AND[YES], np.uint8)
        for at, term in enumerate(self.terms):
            if at not in without:
                np.minimum(whole, AND[term.held], out=whole)
        return AND[whole]

    def at(self, as_of: np.datetime64 | None) -> int:
        """The last of the rows at or before a moment, -1 where all are later."""
        if as_of is None:
            return len(self.rows) - 1
        return int(np.count_nonzero(self.case.panel.ts[self.rows] <= as_of)) - 1

    def streak(self, at: int, without: Sequence[int] = ()) -> Ints:
        """For each symbol on how many of its own bars in a row all terms held, the last of them being row `at`."""
        joint = self.joint(without)
        going = np.ones(joint.shape[1], np.bool_)
        found = np.zeros(joint.shape[1], np.int64)
        for row in range(at, -1, -1):
            here = self.bar[row]
            going &= ~here | (joint[row] == YES)
            if not going.any():
                break
            found += going & here
        return found


class Boards:
    """What was folded for boards lately, up to some bytes; one for a market."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        """Nothing was folded yet."""
        self._most = most
        self._kept: dict[Hashable, np.ndarray] = {}
        self._lock = threading.Lock()

    def of(self, case: Case, *, row: int, threads: int = 2, stop: Stop = lambda: None) -> Board:
        """The board of a case up to a row of its panel.

        >>> from scanwright.app.wiring import catalogue
        >>> from scanwright.data.simulated import simulate
        >>> from scanwright.scan.definition import Scan
        >>> panel = simulate(symbols=20, years=2).panel()
        >>> case = Case.of(Scan(where="close > sma(20) and rsi(14) < 60"), panel, catalogue())
        >>> board = Boards().of(case, row=len(panel.ts) - 1)
        >>> [each.text for each in board.terms], board.joint().shape == board.inside.shape
        (['close > sma(20)', 'rsi(14) < 60'], True)
        """
        rows = year(case.panel, row, case.scan.session)
        wanted: dict[str, Node] = {} if case.bound.universe is None else {MEMBER: case.bound.universe}
        if case.bound.rank is not None:
            wanted["rank"] = case.bound.rank
        for at, tree in enumerate(case.bound.terms):
            wanted |= _parts(case, at, tree)
        found = self.values(case, wanted, rows, threads=threads, stop=stop)
        member = np.zeros((len(rows), case.panel.shape[1]), np.bool_)
        member[:, case.columns] = True
        if MEMBER in found:
            member &= found[MEMBER] == YES
        terms = [_term(case, at, tree, found) for at, tree in enumerate(case.bound.terms)]
        return Board(case=case, rows=rows, terms=terms, member=member, rank=found.get("rank"))

    def values(
        self, case: Case, wanted: Mapping[str, Node], rows: Ints, *, threads: int = 2, stop: Stop = lambda: None
    ) -> Mapping[str, np.ndarray]:
        """Trees on the last rows of a case's session up to one of them, `[R, N]`; folded where they are not kept."""
        keys = {name: self._key(case, tree, rows) for name, tree in wanted.items()}
        with self._lock:
            found = {name: self._kept[key] for name, key in keys.items() if key in self._kept}
        lacking = {name: tree for name, tree in wanted.items() if name not in found}
        if lacking:
            found = {**found, **_folded(case, lacking, rows, threads, stop)}
        with self._lock:
            for name, key in keys.items():
                self._kept.pop(key, None)
                self._kept[key] = found[name]
            while len(self._kept) > 1 and sum(each.nbytes for each in self._kept.values()) > self._most:
                del self._kept[next(iter(self._kept))]
        return found

    @staticmethod
    def _key(case: Case, tree: Node, rows: Ints) -> Hashable:
        panel, scan = case.panel, case.scan
        bars = (panel.data_hash or id(panel), str(panel.interval), scan.session, scan.adjust, panel.shape)
        universe = None if case.bound.universe is None else show(case.bound.universe, case.catalogue)
        return bars, tuple(case.plan.symbols), universe, show(tree, case.catalogue), int(rows[0]), int(rows[-1])


def year(panel: Panel, row: int, session: str) -> Ints:
    """The rows of the last 365 days of the session up to a row; fewer where they would hold too many values."""
    begins: np.datetime64 = panel.ts[row] - YEAR
    first = int(np.searchsorted(panel.ts, begins, side="right"))
    rows = first + rows_within(panel.rows(first, row + 1), session)
    most = max(MOST_VALUES // max(panel.shape[1], 1), 2)
    return rows[-most:]


def is_numeric(case: Case, tree: Node) -> bool:
    """Whether a term compares two numbers."""
    return (
        isinstance(tree, Call)
        and tree.name in COMPARED
        and all(case.typing.of(side) is Type.NUMBER for side in tree.inputs)
    )


def _parts(case: Case, at: int, tree: Node) -> dict[str, Node]:
    """What of a term is to be folded: its sides, where they are numbers, less those that are known."""
    if not is_numeric(case, tree) or not isinstance(tree, Call):
        return {f"{at} held": tree}
    sides = zip(("left", "right"), tree.inputs, strict=True)
    return {f"{at} {name}": side for name, side in sides if not isinstance(side, Constant)}


def _term(case: Case, at: int, tree: Node, found: Mapping[str, np.ndarray]) -> Term:
    text = show(tree, case.catalogue)
    if f"{at} held" in found or not isinstance(tree, Call):
        return Term(tree=tree, text=text, held=found[f"{at} held"], left=None, right=None)
    left, right = (
        np.array([[side.value]]) if isinstance(side, Constant) else found[f"{at} {name}"]
        for name, side in zip(("left", "right"), tree.inputs, strict=True)
    )
    held = COMPARED[tree.name](left, right).astype(np.uint8)
    held[np.isnan(left) | np.isnan(right)] = UNKNOWN
    return Term(tree=tree, text=text, held=held, left=left, right=right)


def _folded(case: Case, wanted: Mapping[str, Node], rows: Ints, threads: int, stop: Stop) -> dict[str, np.ndarray]:
    """Fold trees over all rows up to the last that is wanted; what is before the first leaves its state alone."""
    panel, first, end = case.panel, int(rows[0]), int(rows[-1]) + 1
    planned = plan(wanted, case.typing)
    if case.bound.universe is not None and any(each.kind == "cross" for each in planned.barriers):
        planned = plan({MEMBER: case.bound.universe, **wanted}, case.typing)
    fold = Fold.over(planned, panel.rows(0, end), session=case.scan.session, threads=threads)
    for part in fold.parts(panel.rows(0, first), want="none") if first else []:
        stop()
        fold.advance(part, want="none")
    parts: list[Mapping[str, np.ndarray]] = []
    for part in fold.parts(panel.rows(first, end)):
        stop()
        parts.append(fold.advance(part))
    return {name: np.concatenate([part[name] for part in parts])[-len(rows) :] for name in wanted}
