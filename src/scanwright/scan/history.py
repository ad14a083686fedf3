"""What a scan would have found on every past day: the whole panel folded, hits gathered row by row."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Fold, Results
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.words import field_of
from scanwright.model.errors import SettingsError
from scanwright.model.panel import Bytes, Ints, Panel
from scanwright.scan.definition import Scan, is_shown
from scanwright.scan.judge import Case, Cell, cell, day, rows_within
from scanwright.scan.members import Sets
from scanwright.scan.now import UNKNOWN, YES
from scanwright.scan.receipt import Receipt, result_hash
from scanwright.scan.taking_part import counted


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """Every hit of a scan over a panel.

    found, member: `[T, N]` uint8, the judgement (0, 1, 2 unknown) and who was in the universe. rows, columns: where
    the hits are, by time and then by symbol. values: the ranking and the columns at the hits. The receipt counts
    symbol-bars: its universe is every bar of every member.
    """

    scan: Mapping[str, object]
    panel: Panel
    found: Bytes
    member: Bytes
    rows: Ints
    columns: Ints
    values: Mapping[str, Sequence[Cell]]
    receipt: Receipt

    def per_day(self) -> Ints:
        """Hits of every frame, `[T]`."""
        return np.bincount(self.rows, minlength=len(self.panel.ts))


def history(
    scan: Scan,
    panel: Panel,
    catalogue: Catalogue,
    *,
    as_of: np.datetime64 | None = None,
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
    sets: Sets | None = None,
) -> Past:
    """Judge every bar of the panel up to `as_of`; `sets` says who belongs to the names of the universe."""
    begun = time.perf_counter()
    if sets is not None and sets.teller is not None:
        todo = "`scanwright outcomes` shows what came of past hits"
        raise SettingsError(expected="what was known on each day", found="what is said of hits of now", todo=todo)
    case = Case.of(scan, panel, catalogue, sets)
    end = case.row_of(as_of) + 1 if as_of is not None else len(panel.ts)
    case = dataclasses.replace(case, panel=case.panel.rows(0, end))
    found, member, outside, gathered = _gather(case, threads, progress)
    found[:, np.setdiff1d(np.arange(case.panel.shape[1]), case.columns)] = UNKNOWN
    hits = (found == YES) & (member == 1)
    rows, columns = _sorted(case.panel, *np.nonzero(hits))
    values = _looked_up(case, gathered, rows, columns)
    receipt = _receipt(case, found, member, Found(rows=rows, columns=columns, values=values), begun)
    receipt = dataclasses.replace(receipt, outside={reason: count for reason, count in outside.items() if count})
    return Past(
        scan=case.bound.shown(case.typing),
        panel=case.panel,
        found=found,
        member=member,
        rows=rows,
        columns=columns,
        values=values,
        receipt=receipt,
    )


def _gather(
    case: Case, threads: int, progress: Callable[[int, int], None] | None
) -> tuple[Bytes, Bytes, Counter[str], dict[str, dict[tuple[int, int], float]]]:
    """Fold all rows; keep the judgement of every bar, who is outside by reason, and other values at the hits only."""
    panel = case.panel
    fold = Fold.over(case.plan, panel, case.columns, session=case.scan.session, threads=threads)
    found = np.full(panel.shape, UNKNOWN, np.uint8)
    member = np.zeros(panel.shape, np.uint8)
    outside: Counter[str] = Counter()
    values: dict[str, dict[tuple[int, int], float]] = {name: {} for name in case.plan.outputs if is_shown(name)}
    done = 0
    for part in fold.parts(panel):
        results = fold.advance(part)
        at = done + rows_within(part, case.scan.session)
        found[at] = results["where"]
        member[at], out = counted(case, results, panel.bar[at])
        outside.update(out)
        _keep(values, results, case, part, done)
        done += part.shape[0]
        if progress:
            progress(done, panel.shape[0])
    found[panel.bar == 0] = UNKNOWN
    return found, member, outside, values


def _keep(
    values: dict[str, dict[tuple[int, int], float]], results: Results, case: Case, part: Panel, done: int
) -> None:
    if not values:
        return
    hits = results["where"] == YES
    if "universe" in results:
        hits &= results["universe"] == YES
    real = done + rows_within(part, case.scan.session)
    for row, column in np.argwhere(hits):
        for name, known in values.items():
            known[(int(real[row]), int(column))] = float(results[name][row, column])


def _sorted(panel: Panel, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """By time, then by symbol."""
    place = np.argsort(np.argsort(np.array(panel.symbols), kind="stable"), kind="stable")
    order = np.lexsort((place[columns], rows))
    return rows[order], columns[order]


def _looked_up(
    case: Case, gathered: Mapping[str, Mapping[tuple[int, int], float]], rows: Ints, columns: Ints
) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for name, known in gathered.items():
        kind = case.plan.types[name]
        attribute = case.panel.attributes.get(field_of(case.plan.outputs[name]))
        cells = [cell(known[(int(t), int(j))], kind, attribute) for t, j in zip(rows, columns, strict=True)]
        found[name.removeprefix("column ")] = cells
    return found


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Found:
    """The hits: their rows, their columns, and their values by name."""

    rows: Ints
    columns: Ints
    values: Mapping[str, Sequence[Cell]]


def _hash(panel: Panel, hits: Found) -> str:
    """The hash of all hits with their ranking and columns."""
    stamps = {int(t): day(panel, int(t)) for t in np.unique(hits.rows)}
    each = zip(*hits.values.values(), strict=True) if hits.values else itertools.repeat(())
    found = zip(hits.rows, hits.columns, each, strict=False)
    names = tuple(hits.values)
    return result_hash(
        [(panel.symbols[int(j)], stamps[int(t)], dict(zip(names, cells, strict=True))) for t, j, cells in found]
    )


def _receipt(case: Case, found: Bytes, member: Bytes, hits: Found, begun: float) -> Receipt:
    panel = case.panel
    universe = int(member.sum(dtype=np.int64))
    judged = int(((found != UNKNOWN) & (member == 1)).sum())
    early = _early(case, found, member)
    missed = {"warm_up": early, "missing_value": universe - judged - early}
    return Receipt(
        universe=universe,
        judged=judged,
        hits=len(hits.rows),
        missed={reason: count for reason, count in missed.items() if count},
        not_reached=0,
        data_from=day(panel, 0),
        data_to=day(panel, len(panel.ts) - 1),
        frame=f"{day(panel, 0)} to {day(panel, len(panel.ts) - 1)}" if len(panel.ts) else "",
        warmup=case.plan.warmups["where"],
        plan_hash=case.plan.hash,
        data_hash=panel.data_hash,
        result_hash=_hash(panel, hits),
        seconds=time.perf_counter() - begun,
        warnings=[*case.warnings(), *case.hindsight()],
    )


def _early(case: Case, found: Bytes, member: Bytes) -> int:
    """Unknown bars within the warm-up of their symbol."""
    seen = np.zeros(case.panel.shape[1], np.int64)
    count = 0
    warmup = case.plan.warmups["where"]
    for row in range(case.panel.shape[0]):
        seen += case.panel.bar[row]
        count += int(((found[row] == UNKNOWN) & (member[row] == 1) & (seen <= warmup)).sum())
        if seen.min(initial=warmup + 1) > warmup:
            break
    return count


__all__ = ["Past", "history"]
