"""What a scan finds at one time: the panel folded up to that frame, its last row judged."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scanwright.engine.fold import Fold, Results
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.words import field_of
from scanwright.model.panel import Bytes, Ints, Panel
from scanwright.scan.definition import Scan, is_shown
from scanwright.scan.judge import Case, Cell, cell, day, passed_over
from scanwright.scan.members import Sets
from scanwright.scan.receipt import Receipt, result_hash
from scanwright.scan.taking_part import NO, UNKNOWN, YES, taking_part

__all__ = ["NO", "UNKNOWN", "YES", "Before", "Found", "Hit", "InPanel", "Miss", "judged", "last_row", "nothing", "now"]


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
    scan: Scan,
    panel: Panel,
    catalogue: Catalogue,
    *,
    as_of: np.datetime64 | None = None,
    threads: int = 2,
    sets: Sets | None = None,
) -> Found:
    """Judge every symbol of the universe at the last frame at or before `as_of`.

    A ranking sorts the highest first, then by symbol. `sets` says who belongs to the names of the universe.
    """
    begun = time.perf_counter()
    known = panel if as_of is None else panel.rows(0, int(np.count_nonzero(panel.ts <= as_of)))
    case = Case.of(scan, known, catalogue, sets)
    known = case.panel
    row = case.row_of(None)
    if row < 0:
        return nothing(case, begun)
    past = known.rows(0, row + 1)
    fold = Fold.over(case.plan, past, case.columns, session=scan.session, threads=threads)
    return judged(case, last_row(fold, past), InPanel(panel=known, row=row), begun)


def last_row(fold: Fold, panel: Panel) -> Results:
    """Fold a panel for its last row."""
    *before, last = fold.parts(panel)
    for part in before:
        fold.advance(part, want="none")
    results = fold.advance(last, want="last")
    return {name: values[-1:] for name, values in results.items()}


class Before(Protocol):
    """What there was up to the row that is judged, the last of a panel's own rows or of a session's."""

    @property
    def first(self) -> str:
        """The stamp of the first frame."""
        ...

    @property
    def frames(self) -> int:
        """How many frames."""
        ...

    def bars(self, columns: Ints) -> Ints:
        """Own bars of some symbols."""
        ...

    def last(self, column: int) -> str:
        """The stamp of a symbol's last bar, or nothing."""
        ...


@dataclasses.dataclass(frozen=True, kw_only=True)
class InPanel:
    """A row of a panel and those before it."""

    panel: Panel
    row: int

    @property
    def first(self) -> str:
        """The panel's first frame."""
        return day(self.panel, 0)

    @property
    def frames(self) -> int:
        """Frames up to the row."""
        return self.row + 1

    def bars(self, columns: Ints) -> Ints:
        """Counted in the panel."""
        return self.panel.bar[: self.row + 1, columns].sum(axis=0, dtype=np.int64)

    def last(self, column: int) -> str:
        """Looked for in the panel."""
        rows = np.flatnonzero(self.panel.bar[: self.row + 1, column])
        return day(self.panel, int(rows[-1])) if len(rows) else ""


def judged(case: Case, results: Results, before: InPanel | Before, begun: float, *, row: int = -1) -> Found:
    """The answer from one row of results; `row` is where it stands in the case's panel."""
    panel, columns = case.panel, case.columns
    row = before.row if isinstance(before, InPanel) else row % len(panel.ts)
    where = results["where"][-1][columns]
    bar = panel.bar[row][columns]
    who = taking_part(case, results, row)
    inside, unknown = who.inside, _unknown(case.unknown_at(row))
    misses = [*unknown, *_misses(case, inside & ((bar == 0) | (where == UNKNOWN)), bar, before)]
    hits = _hits(case, results, row, columns[inside & (bar == 1) & (where == YES)])
    found = _receipt(case, int(inside.sum()) + len(unknown), hits, misses, begun)
    stray = passed_over(panel, row, case.scan.session) if isinstance(before, InPanel) else []
    warnings = [*found.warnings, *stray, *_too_short(case, before)]
    receipt = dataclasses.replace(
        found,
        data_from=before.first,
        data_to=day(panel, row),
        frame=day(panel, row),
        warnings=warnings,
        outside=who.outside,
    )
    return Found(scan=case.bound.shown(case.typing), hits=hits, misses=misses, receipt=receipt)


def nothing(case: Case, begun: float) -> Found:
    """The answer where there is no frame to judge: nobody has a bar."""
    absent = [Miss(symbol=case.panel.symbols[int(at)], reason="no_bar", last="") for at in case.columns]
    misses = [*_unknown(case.unknown), *absent]
    receipt = _receipt(case, len(misses), [], misses, begun)
    warnings = [*receipt.warnings, "there is no bar at this time or before"]
    return Found(
        scan=case.bound.shown(case.typing),
        hits=[],
        misses=misses,
        receipt=dataclasses.replace(receipt, warnings=warnings),
    )


def _receipt(case: Case, universe: int, hits: Sequence[Hit], misses: Sequence[Miss], begun: float) -> Receipt:
    missed: dict[str, int] = {}
    for each in misses:
        missed[each.reason] = missed.get(each.reason, 0) + 1
    empty = f"no symbol belongs to the universe {case.scan.universe!r} at this time"
    return Receipt(
        universe=universe,
        judged=universe - len(misses),
        hits=len(hits),
        missed=missed,
        not_reached=0,
        data_from="",
        data_to="",
        frame="",
        warmup=case.plan.warmups["where"],
        plan_hash=case.plan.hash,
        data_hash=case.panel.data_hash,
        result_hash=result_hash([(hit.symbol, hit.ts, hit.values) for hit in hits]),
        seconds=time.perf_counter() - begun,
        warnings=[*case.warnings(), *([] if universe else [empty])],
    )


def _too_short(case: Case, before: Before) -> list[str]:
    needed = case.plan.warmups["where"] + 1
    return [f"the scan needs {needed:,} bars, the market has {before.frames:,}"] if needed > before.frames else []


def _unknown(symbols: Iterable[str]) -> list[Miss]:
    return [Miss(symbol=symbol, reason="unknown_symbol", last="") for symbol in symbols]


def _misses(case: Case, unsure: NDArray[np.bool_], bar: Bytes, before: Before) -> list[Miss]:
    """Why each symbol that could not be judged could not."""
    columns = case.columns[unsure]
    bars = before.bars(columns) if len(columns) else columns
    warmup = case.plan.warmups["where"]
    return [
        Miss(
            symbol=case.panel.symbols[int(column)],
            reason="warm_up" if present and count <= warmup else "missing_value" if present else "no_bar",
            last=before.last(int(column)),
        )
        for column, count, present in zip(columns, bars, bar[unsure], strict=True)
    ]


def _hits(case: Case, results: Results, row: int, columns: Ints) -> list[Hit]:
    panel = case.panel
    rank = results["rank"][-1][columns] if "rank" in results else np.zeros(len(columns))
    order = sorted(range(len(columns)), key=lambda at: (_lowest_last(float(rank[at])), panel.symbols[int(columns[at])]))
    ts = day(panel, row)
    return [
        Hit(
            symbol=panel.symbols[int(columns[at])],
            ts=ts,
            values=values_of(case, results, row, int(columns[at])),
        )
        for at in order
    ]


def _lowest_last(rank: float) -> float:
    return float("inf") if rank != rank else -rank  # noqa: PLR0124 - NaN is not itself


def values_of(case: Case, results: Results, row: int, column: int, at: int = -1) -> dict[str, Cell]:
    """Close, ranking and columns of one symbol; `at` is the row of the results."""
    found: dict[str, Cell] = {"close": float(case.panel.fields["close"][row, column])}
    for name, node in case.plan.outputs.items():
        if is_shown(name):
            attribute = case.panel.attributes.get(field_of(node))
            value = float(results[name][at, column])
            found[name.removeprefix("column ")] = cell(value, case.plan.types[name], attribute)
    return found
