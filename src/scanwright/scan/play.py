"""A scan that is played with: what it finds on a frame and found on those before, with some terms left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scanwright.model.panel import Floats, Ints
from scanwright.scan.board import Board, Term
from scanwright.scan.explain import Counts, Share, Why, count, verdict
from scanwright.scan.explain import Term as Told
from scanwright.scan.judge import day
from scanwright.scan.now import UNKNOWN, YES


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """A term that a symbol failed, and by how much; see `scan.explain.Term`."""

    at: int
    left: float | None
    right: float | None
    distance: float | None
    distance_percent: float | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """A symbol that failed, and what it failed."""

    symbol: str
    terms: tuple[Lack, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a play.

    frame: the one that is judged; frames: those that can be. known: members that could be judged on it. per_session:
    hits of each of `frames`. now: of each term how many members satisfy it on the frame, and of how many it is known.
    never: nobody satisfied the condition on any row of the board.
    """

    frame: str
    frames: Sequence[str]
    hits: Sequence[str]
    universe: int
    known: int
    per_session: Sequence[int]
    now: Sequence[tuple[int, int]]
    near: Sequence[Near]
    never: bool


def play(
    board: Board, *, off: Sequence[int] = (), as_of: np.datetime64 | None = None, sessions: int = 120, near: int = 20
) -> Played:
    """Judge a frame of the board and count the last `sessions`; `off` are the terms that are left out."""
    at = max(board.at(as_of), 0)
    panel = board.case.panel
    joint = board.joint(off)
    hits = (joint == YES) & board.inside
    inside = board.inside[at]
    columns = np.flatnonzero(hits[at])
    on = [each for each in range(len(board.terms)) if each not in off]
    return Played(
        frame=day(panel, int(board.rows[at])),
        frames=[day(panel, int(row)) for row in board.rows[-sessions:]],
        hits=[panel.symbols[int(column)] for column in _ranked(board, at, columns)],
        universe=int(inside.sum()),
        known=int((inside & (joint[at] != UNKNOWN)).sum()),
        per_session=hits.sum(axis=1)[-sessions:].tolist(),
        now=[
            (int((inside & (term.held[at] == YES)).sum()), int((inside & (term.held[at] != UNKNOWN)).sum()))
            for term in board.terms
        ],
        near=nearest(board, at, on, inside & (joint[at] == 0), near),
        never=not hits.any(),
    )


def _ranked(board: Board, at: int, columns: Ints) -> Ints:
    """Hits by the ranking, the highest first, then by symbol."""
    symbols = board.case.panel.symbols
    rank = np.zeros(len(columns)) if board.rank is None else board.rank[at, columns]
    key = np.where(np.isnan(rank), np.inf, -rank)
    order = sorted(range(len(columns)), key=lambda each: (key[each], symbols[int(columns[each])]))
    return columns[np.array(order, np.int64)]


def nearest(board: Board, at: int, on: Sequence[int], who: NDArray[np.bool_], most: int) -> Sequence[Near]:
    """Those that failed the fewest terms, then those that failed by least, measured by how much symbols differ."""
    columns = np.flatnonzero(who)
    failed = np.zeros(len(columns), np.int64)
    reach = np.zeros(len(columns))
    sure = np.ones(len(columns), np.bool_)
    for each in on:
        term = board.terms[each]
        held = term.held[at, columns]
        failed += held == 0
        sure &= held != UNKNOWN
        reach += np.where(held == 0, _reach(term, at, columns), 0.0)
    columns, failed, reach = columns[sure], failed[sure], reach[sure]
    order = np.lexsort((reach, failed))[:most]
    return [_near(board, at, on, int(column)) for column in columns[order]]


def _near(board: Board, at: int, on: Sequence[int], column: int) -> Near:
    failed = [each for each in on if board.terms[each].held[at, column] == 0]
    return Near(symbol=board.case.panel.symbols[column], terms=tuple(lack(board, at, each, column) for each in failed))


def lack(board: Board, at: int, number: int, column: int) -> Lack:
    """Both sides of a term for a symbol, and how far they are from turning."""
    term = board.terms[number]
    left, right = _side(term.left, at, column), _side(term.right, at, column)
    distance = None if left is None or right is None else left - right
    percent = 100 * distance / abs(right) if distance is not None and right else None
    return Lack(at=number, left=left, right=right, distance=distance, distance_percent=percent)


def _side(values: Floats | None, at: int, column: int) -> float | None:
    if values is None:
        return None
    value = float(values[0, 0] if values.shape == (1, 1) else values[at, column])
    return None if np.isnan(value) else value


def _reach(term: Term, at: int, columns: Ints) -> Floats:
    """How far symbols are from satisfying a term, 1 being what they usually differ by; 1 where there are no numbers."""
    if term.left is None or term.right is None:
        return np.ones(len(columns))
    left, right = (each[0] if each.shape[0] == 1 else each[at, columns] for each in (term.left, term.right))
    distance = np.abs(np.broadcast_to(left - right, (len(columns),)))
    usual = float(np.median(distance[np.isfinite(distance)])) if np.isfinite(distance).any() else 0.0
    return np.nan_to_num(distance / usual if usual else np.ones(len(columns)), nan=1.0, posinf=1e9)


def why_on(board: Board, at: int, symbol: str) -> Why:
    """Why a symbol is in the results of a row of the board or not, as `scan.explain.why` says it."""
    case, column = board.case, board.case.panel.column(symbol)
    row, has_bar = int(board.rows[at]), bool(board.bar[at, column])
    judged = int(board.joint()[at, column])
    bars = int(case.panel.bar[: row + 1, column].sum())
    unsure = "warm_up" if bars <= case.plan.warmups["where"] else "missing_value"
    found = [lack(board, at, number, column) for number in range(len(board.terms))] if has_bar else []
    return Why(
        symbol=symbol,
        ts=day(case.panel, row),
        hit=None if not has_bar or judged == UNKNOWN else judged == YES,
        in_universe=bool(board.member[at, column]),
        reason="no_bar" if not has_bar else unsure if judged == UNKNOWN else "",
        terms=[_told(board.terms[each.at], each, int(board.terms[each.at].held[at, column])) for each in found],
    )


def _told(term: Term, found: Lack, held: int) -> Told:
    sides = {"left": found.left, "right": found.right}
    far = {"distance": found.distance, "distance_percent": found.distance_percent}
    return Told(term=term.text, held=None if held == UNKNOWN else held == YES, **sides, **far)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Selectivity:
    """How often each term was true over the rows of a board, and all together, on bars of members."""

    first: str
    last: str
    sessions: int
    symbols: int
    terms: Sequence[Share]
    counts: Counts
    verdict: str

    @property
    def never(self) -> bool:
        """Whether nothing matched though something was judged."""
        return bool(self.counts.judged) and not self.counts.together


def selectivity(board: Board) -> Selectivity:
    """Count a board."""
    counts = Counts.none(len(board.terms))
    count(counts, [each.held for each in board.terms], board.inside)
    warmups = board.case.plan.warmups
    shares = [
        Share(
            term=term.text,
            known=int(counts.known[at]),
            true=int(counts.true[at]),
            alone_missing=int(counts.alone[at]),
            warmup=warmups["where"],
        )
        for at, term in enumerate(board.terms)
    ]
    panel = board.case.panel
    return Selectivity(
        first=day(panel, int(board.rows[0])),
        last=day(panel, int(board.rows[-1])),
        sessions=len(board.rows),
        symbols=int(board.inside.any(axis=0).sum()),
        terms=shares,
        counts=counts,
        verdict=verdict(shares, counts),
    )
