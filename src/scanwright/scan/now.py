"""What a scan finds at one time: the panel folded up to that frame, its last row judged."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Fold, Results
from scanwright.expr.catalogue import Catalogue
from scanwright.model.panel import Bytes, Ints, Panel
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, Cell, cell, day
from scanwright.scan.receipt import Receipt, result_hash

NO, YES, UNKNOWN = 0, 1, 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class Hit:
    """A symbol that satisfies the scan: `values` are its close, the ranking and the columns."""

    symbol: str
    ts: str
    values: Mapping[str, Cell]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Miss:
    """A symbol that could not be judged, with the last time it had a bar."""

    symbol: str
    reason: str
    last: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    """The hits in order, who could not be judged, and the receipt."""

    scan: Mapping[str, object]
    hits: Sequence[Hit]
    misses: Sequence[Miss]
    receipt: Receipt


def now(
    scan: Scan, panel: Panel, catalogue: Catalogue, *, as_of: np.datetime64 | None = None, threads: int = 2
) -> Found:
    """Judge every symbol of the universe at the last frame at or before `as_of`.

    A ranking sorts the highest first, then by symbol.
    """
    begun = time.perf_counter()
    case = Case(scan=scan, panel=panel, catalogue=catalogue)
    row = case.row_of(as_of)
    past = panel.rows(0, row + 1)
    fold = Fold.over(case.plan, past, case.columns, session=scan.session, threads=threads)
    results = last_row(fold, past)
    return judged(case, results, row, begun)


def last_row(fold: Fold, panel: Panel) -> Results:
    """Fold a panel for its last row."""
    *before, last = fold.parts(panel)
    for part in before:
        fold.advance(part, want="none")
    results = fold.advance(last, want="last")
    return {name: values[-1:] for name, values in results.items()}


def judged(case: Case, results: Results, row: int, begun: float) -> Found:
    """The answer from one row of results."""
    panel, columns = case.panel, case.columns
    where = results["where"][-1][columns]
    bar = panel.bar[row][columns]
    inside = np.ones(len(columns), bool)
    if "universe" in results:
        inside = results["universe"][-1][columns] == YES
    reasons = _reasons(case, where, bar, inside, row)
    hits = _hits(case, results, row, columns[inside & (bar == 1) & (where == YES)])
    misses = [
        Miss(symbol=panel.symbols[int(column)], reason=reason, last=_last_bar(panel, int(column), row))
        for column, reason in zip(columns, reasons, strict=True)
        if reason
    ]
    missed: dict[str, int] = {}
    for each in misses:
        missed[each.reason] = missed.get(each.reason, 0) + 1
    receipt = Receipt(
        universe=int(inside.sum()),
        judged=int(inside.sum()) - len(misses),
        hits=len(hits),
        missed=missed,
        not_reached=0,
        data_from=day(panel, 0),
        data_to=day(panel, row),
        frame=day(panel, row),
        warmup=case.plan.warmups["where"],
        plan_hash=case.plan.hash,
        data_hash=panel.data_hash,
        result_hash=result_hash([(hit.symbol, hit.ts, hit.values) for hit in hits]),
        seconds=time.perf_counter() - begun,
        warnings=_warnings(case, inside),
    )
    return Found(scan=case.bound.shown(case.typing), hits=hits, misses=misses, receipt=receipt)


def _warnings(case: Case, inside: np.ndarray) -> list[str]:
    found = case.warnings()
    if not inside.any():
        found.append(f"no symbol belongs to the universe {case.scan.universe!r} at this time")
    if case.plan.warmups["where"] >= len(case.panel.ts):
        found.append(f"the scan needs {case.plan.warmups['where'] + 1} bars, the market has {len(case.panel.ts)}")
    return found


def _reasons(case: Case, where: Bytes, bar: Bytes, inside: np.ndarray, row: int) -> list[str]:
    """Why each symbol could not be judged, "" where it was or does not belong."""
    reasons = [""] * len(where)
    unsure = np.flatnonzero(inside & ((bar == 0) | (where == UNKNOWN)))
    if not len(unsure):
        return reasons
    counts = case.panel.bar[: row + 1, case.columns[unsure]].sum(axis=0, dtype=np.int64)
    for at, count in zip(unsure, counts, strict=True):
        short = count <= case.plan.warmups["where"]
        reasons[int(at)] = "no_bar" if bar[at] == 0 else "warm_up" if short else "missing_value"
    return reasons


def _last_bar(panel: Panel, column: int, row: int) -> str:
    rows = np.flatnonzero(panel.bar[: row + 1, column])
    return day(panel, int(rows[-1])) if len(rows) else ""


def _hits(case: Case, results: Results, row: int, columns: Ints) -> list[Hit]:
    panel = case.panel
    rank = results["rank"][-1][columns] if "rank" in results else np.zeros(len(columns))
    order = sorted(range(len(columns)), key=lambda at: (_lowest_last(float(rank[at])), panel.symbols[int(columns[at])]))
    ts = day(panel, row)
    return [
        Hit(symbol=panel.symbols[int(columns[at])], ts=ts, values=values_of(case, results, row, int(columns[at])))
        for at in order
    ]


def _lowest_last(rank: float) -> float:
    return float("inf") if rank != rank else -rank  # noqa: PLR0124 - NaN is not itself


def values_of(case: Case, results: Results, row: int, column: int, at: int = -1) -> dict[str, Cell]:
    """Close, ranking and columns of one symbol; `at` is the row of the results."""
    found: dict[str, Cell] = {"close": float(case.panel.fields["close"][row, column])}
    for name, values in results.items():
        if name in {"where", "universe"}:
            continue
        node = case.plan.outputs[name]
        attribute = case.panel.attributes.get(getattr(node, "name", ""))
        found[name.removeprefix("column ")] = cell(float(values[at, column]), case.plan.types[name], attribute)
    return found
