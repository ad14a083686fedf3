"""Who a universe's members are: its definition in canonical text, and how many each part of it lets in."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Node
from scanwright.model.errors import EmptyUniverse
from scanwright.model.panel import Ints, Panel
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, day, rows_within
from scanwright.scan.members import Sets
from scanwright.scan.now import last_row
from scanwright.scan.taking_part import NO, YES, counted, taking_part

LIVES = {"not_listed": "listed by that day", "delisted": "not delisted before that day"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class LetIn:
    """One part of a universe at one time: for how many symbols with a bar it holds, does not, or cannot be told.

    left: how many satisfy this part and all before it.
    """

    term: str
    holds: int
    fails: int
    unknown: int
    left: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Membership:
    """A universe at one time.

    symbols: with a bar at that time. members: names, in the order of the market. terms: its parts, none for everybody.
    """

    frame: str
    symbols: int
    members: Sequence[str]
    terms: Sequence[LetIn]


def membership(
    scan: Scan,
    panel: Panel,
    catalogue: Catalogue,
    *,
    as_of: np.datetime64 | None = None,
    threads: int = 2,
    sets: Sets | None = None,
) -> Membership:
    """The members at the frame of now, and what each part lets in."""
    case = Case.of(scan, panel, catalogue, sets)
    row = case.row_of(as_of)
    if row < 0:
        return Membership(frame="", symbols=0, members=(), terms=())
    past = case.panel.rows(0, row + 1)
    terms = _terms(case)
    outputs = {f"term {at}": tree for at, tree in enumerate(terms.values())} | _universe(case)
    everybody = np.arange(panel.shape[1])
    fold = Fold.over(plan(outputs, case.typing), past, everybody, session=scan.session, threads=threads)
    results = last_row(fold, past)
    bar = past.bar[row] == 1
    left = bar.copy()
    found: list[LetIn] = []
    for at, term in enumerate(terms):
        values = results[f"term {at}"][-1]
        left &= values == YES
        holds, fails = int((bar & (values == YES)).sum()), int((bar & (values == NO)).sum())
        unknown = int(bar.sum()) - holds - fails
        found.append(LetIn(term=term, holds=holds, fails=fails, unknown=unknown, left=int(left.sum())))
    inside = taking_part(dataclasses.replace(case, panel=past), results, row).inside
    members = [panel.symbols[int(at)] for at in case.columns[inside]]
    return Membership(frame=day(panel, row), symbols=int(bar.sum()), members=members, terms=found)


def _terms(case: Case) -> dict[str, Node]:
    """Every part by its text."""
    found: dict[str, Node] = {}
    for part in case.bound.parts:
        found |= part.terms or {LIVES[part.reason]: part.tree}
    return found


def _universe(case: Case) -> dict[str, Node]:
    return {name: tree for name, tree in case.bound.outputs().items() if name == "universe" or name.startswith("part ")}


def members_a_day(
    scan: Scan, panel: Panel, catalogue: Catalogue, *, threads: int = 2, sets: Sets | None = None
) -> Ints:
    """How many members have a bar, for each frame."""
    case = Case.of(scan, panel, catalogue, sets)
    outputs = _universe(case) or {"universe": case.bound.where}
    fold = Fold.over(plan(outputs, case.typing), case.panel, session=scan.session, threads=threads)
    counts = np.zeros(len(panel.ts), np.int64)
    done = 0
    for part in fold.parts(case.panel):
        within = rows_within(part, scan.session)
        member, _ = counted(case, fold.advance(part), part.bar[within])
        counts[done + within] = member.sum(axis=1)
        done += part.shape[0]
    return counts


def empty(found: Membership, scan: Scan) -> EmptyUniverse:
    """The error of a universe that has nobody, with what each part of it lets in."""
    told = [f"{each.term} holds for {each.holds:,} of {found.symbols:,}" for each in found.terms]
    shown = scan.universe + (f" without {scan.exclude}" if scan.exclude else "")
    return EmptyUniverse(
        universe=shown,
        when=found.frame or "any day",
        terms="; ".join(told) if found.symbols else "no symbol has a bar",
        todo="scanwright explain --universe shows what each part of it lets in",
    )


__all__ = ["LetIn", "Membership", "empty", "members_a_day", "membership"]
