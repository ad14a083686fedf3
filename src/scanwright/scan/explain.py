"""Why a scan finds what it finds: how often each term was true, which one empties it, and how near a symbol came."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Fold, Results
from scanwright.engine.plan import Plan, plan
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Node, Text
from scanwright.expr.printer import show
from scanwright.expr.words import field_of
from scanwright.model.errors import DataError
from scanwright.model.panel import Ints, Panel
from scanwright.model.signature import Type
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, Cell, cell, columns_of, day, rows_within
from scanwright.scan.members import Sets
from scanwright.scan.now import YES, last_row

COMPARES = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Share:
    """How often one term was true.

    known: symbol-bars where it could be judged. true: where it held. alone_missing: symbol-bars where every other
    term held and this one did not, so what the scan would gain without it.
    """

    term: str
    known: int
    true: int
    alone_missing: int
    warmup: int

    @property
    def percent(self) -> float:
        """Percent of the known ones."""
        return 100.0 * self.true / self.known if self.known else float("nan")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Explained:
    """The plan in words and counts over a panel."""

    text: str
    plan_hash: str
    warmup: int
    steps: int
    state_bytes: int
    stages: int
    terms: Sequence[Share]
    bars: int
    known: int
    together: int
    days: int
    verdict: str
    warnings: Sequence[str]


def explain(scan: Scan, panel: Panel, catalogue: Catalogue, *, threads: int = 2, sets: Sets | None = None) -> Explained:
    """Fold every term over the panel and count."""
    case = Case.of(scan, panel, catalogue, sets)
    panel = case.panel
    trees = case.bound.terms
    outputs: dict[str, Node] = {f"term {at}": tree for at, tree in enumerate(trees)}
    if case.bound.universe is not None:
        outputs["universe"] = case.bound.universe
    of_terms = plan(outputs, case.typing)
    counts = _counted(
        Fold.over(of_terms, panel, case.columns, session=scan.session, threads=threads), panel, case, len(trees)
    )
    shares = tuple(
        Share(
            term=show(tree, catalogue),
            known=int(counts.known[at]),
            true=int(counts.true[at]),
            alone_missing=int(counts.alone[at]),
            warmup=of_terms.warmups[f"term {at}"],
        )
        for at, tree in enumerate(trees)
    )
    return Explained(
        text=show(case.bound.where, catalogue),
        plan_hash=case.plan.hash,
        warmup=case.plan.warmups["where"],
        steps=len(case.plan.steps) + len(case.plan.barriers),
        state_bytes=8 * case.plan.state_rows,
        stages=case.plan.levels,
        terms=shares,
        bars=counts.bars,
        known=counts.judged,
        together=counts.together,
        days=len(panel.ts),
        verdict=verdict(shares, counts),
        warnings=case.warnings(),
    )


@dataclasses.dataclass(kw_only=True, slots=True)
class Counts:
    """Symbol-bars: of each term those where it is known, true, and the only one that failed; and of all together."""

    known: Ints
    true: Ints
    alone: Ints
    bars: int = 0
    judged: int = 0
    together: int = 0

    @classmethod
    def none(cls, terms: int) -> Counts:
        """Nothing was counted yet."""
        return cls(known=np.zeros(terms, np.int64), true=np.zeros(terms, np.int64), alone=np.zeros(terms, np.int64))


def _counted(fold: Fold, panel: Panel, case: Case, terms: int) -> Counts:
    counts = Counts.none(terms)
    for part in fold.parts(panel):
        results = fold.advance(part)
        bar = part.bar[rows_within(part, case.scan.session)]
        inside = bar[:, case.columns] == 1
        if "universe" in results:
            inside &= results["universe"][:, case.columns] == YES
        count(counts, [results[f"term {at}"][:, case.columns] for at in range(terms)], inside)
    return counts


def count(counts: Counts, found: Sequence[np.ndarray], inside: np.ndarray) -> None:
    """Count the judgements of each term, `[T, N]` of 0, 1 and 2 (unknown), on the bars that are `inside`."""
    held = np.zeros(inside.shape, np.int16)
    for at, values in enumerate(found):
        counts.known[at] += int(((values != 2) & inside).sum())
        counts.true[at] += int(((values == YES) & inside).sum())
        held += values == YES
    for at, values in enumerate(found):
        counts.alone[at] += int(((held == len(found) - 1) & (values == 0) & inside).sum())
    known = np.logical_or.reduce([values == 0 for values in found]) | (held == len(found))
    counts.bars += int(inside.sum())
    counts.judged += int((known & inside).sum())
    counts.together += int(((held == len(found)) & inside).sum())


def verdict(shares: Sequence[Share], counts: Counts) -> str:
    """One sentence: how often all held, and which term decides."""
    if not counts.bars:
        return "there is no bar to judge"
    million = 1e6 * counts.together / max(counts.judged, 1)
    lead = f"{counts.together:,} of {counts.judged:,} symbol-bars matched ({million:,.0f} per million)"
    if not counts.judged:
        return f"{lead}: no bar has enough history, the warm-up is {max(each.warmup for each in shares)} bars"
    never = [each for each in shares if each.known and not each.true]
    if never:
        return f"{lead}: `{never[0].term}` was never true"
    if len(shares) > 1:
        most = max(shares, key=lambda each: each.alone_missing)
        if most.alone_missing > counts.together:
            return f"{lead}: `{most.term}` decides; without it {most.alone_missing + counts.together:,} would match"
        rare = min(shares, key=lambda each: each.percent)
        return f"{lead}: the rarest term is `{rare.term}`, true on {rare.percent:.2f} % of bars"
    return lead


@dataclasses.dataclass(frozen=True, kw_only=True)
class Term:
    """One term for one symbol: what stood on both sides, and how far it was from turning.

    distance: left minus right, signed so that above zero holds for > and below zero for <; None where there are no
    numbers. distance_percent: of the right side.
    """

    term: str
    held: bool | None
    left: Cell
    right: Cell
    distance: float | None
    distance_percent: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Why:
    """Why a symbol is in the results or not."""

    symbol: str
    ts: str
    hit: bool | None
    in_universe: bool | None
    reason: str
    terms: Sequence[Term]


def why(
    scan: Scan,
    panel: Panel,
    catalogue: Catalogue,
    symbol: str,
    *,
    as_of: np.datetime64 | None = None,
    sets: Sets | None = None,
) -> Why:
    """Each term's value and distance for one symbol at the frame of now."""
    case = Case.of(scan, panel, catalogue, sets)
    panel = case.panel
    row = case.row_of(as_of)
    if row < 0:
        raise DataError(
            expected=f"bars at {as_of or 'any time'} or before", found="none", todo="scanwright data status"
        )
    past = panel.rows(0, row + 1)
    column = int(columns_of(panel, [symbol])[0])
    of_sides = plan(_sides(case), case.typing)
    across = any(each.kind == "cross" for each in of_sides.barriers)
    columns = np.union1d(case.columns, column) if across else np.array([column])
    results = last_row(Fold.over(of_sides, past, columns, session=scan.session), past)
    values = {name: float(found[-1, column]) for name, found in results.items()}
    bar = bool(panel.bar[row, column])
    terms = [_term(case, of_sides, values, at, tree) for at, tree in enumerate(case.bound.terms)] if bar else []
    bars = int(panel.bar[: row + 1, column].sum())
    hit = cell(values["where"], Type.YESNO, None) if bar else None
    inside = cell(values["universe"], Type.YESNO, None) if "universe" in values else column in case.columns
    reason = (
        ""
        if hit is not None
        else "no_bar"
        if not bar
        else "warm_up"
        if bars <= case.plan.warmups["where"]
        else "missing_value"
    )
    return Why(
        symbol=symbol,
        ts=day(panel, row),
        hit=None if hit is None else bool(hit),
        in_universe=None if inside is None else bool(inside),
        reason=reason,
        terms=terms,
    )


def _sides(case: Case) -> dict[str, Node]:
    outputs: dict[str, Node] = {"where": case.bound.where}
    if case.bound.universe is not None:
        outputs["universe"] = case.bound.universe
    for at, tree in enumerate(case.bound.terms):
        outputs[f"{at} held"] = tree
        if isinstance(tree, Call) and tree.name in COMPARES:
            outputs |= {f"{at} {side}": node for side, node in zip(("left", "right"), tree.inputs, strict=True)}
    return outputs


def _term(case: Case, of_sides: Plan, values: Mapping[str, float], at: int, tree: Node) -> Term:
    def side(name: str) -> Cell:
        key = f"{at} {name}"
        if key not in values or not isinstance(tree, Call):
            return None
        node = tree.inputs[0 if name == "left" else 1]
        if isinstance(node, Text):
            return node.value
        attribute = case.panel.attributes.get(field_of(node) or field_of(tree.inputs[0]))
        return cell(values[key], of_sides.types[key], attribute)

    left, right = side("left"), side("right")
    held = cell(values[f"{at} held"], Type.YESNO, None)
    distance = None
    if isinstance(left, float) and isinstance(right, float):
        distance = left - right
    percent = 100 * distance / abs(right) if distance is not None and isinstance(right, float) and right else None
    return Term(
        term=show(tree, case.catalogue),
        held=None if held is None else bool(held),
        left=left,
        right=right,
        distance=distance,
        distance_percent=percent,
    )


__all__ = ["Counts", "Explained", "Results", "Share", "Term", "Why", "count", "explain", "verdict", "why"]
