"""Scans of now in a process that goes on: the state after the last row is kept, so that only new rows are folded."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Hashable
from functools import partial

import numpy as np

from scanwright.engine.dated import ends_of, sources
from scanwright.engine.fold import Results
from scanwright.engine.session import Session
from scanwright.expr.catalogue import Catalogue
from scanwright.model.dated import Steps
from scanwright.model.panel import FIELDS, Panel
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case
from scanwright.scan.members import Sets
from scanwright.scan.now import Found, InPanel, judged, nothing, now
from scanwright.scan.standing import reachable

MOST = 16
BLOCK = 512
FEW = 64


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class _Kept:
    """A scan's state after row `row` of a panel, and what that row gave."""

    case: Case
    session: Session
    row: int
    results: Results


class Warm:
    """Keeps the state of the last few scans; one for a market.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> panel, warm, scan = simulate(symbols=20, years=1).panel(), Warm(), Scan(where="close > sma(20)")
    >>> first, later = (warm.now(scan, rows, catalogue()).receipt for rows in (panel.rows(0, 250), panel))
    >>> now(scan, panel, catalogue()).receipt.result_hash == later.result_hash
    True
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[Hashable, _Kept] = {}
        self._lock = threading.Lock()  # of the dict alone: whoever works on a state has taken it out

    def now(
        self, scan: Scan, panel: Panel, catalogue: Catalogue, *, threads: int = 2, sets: Sets | None = None
    ) -> Found:
        """What `now` gives, with only those rows folded that were not folded before.

        A scan of a few named symbols is cheap, and is folded each time; so is one that asks for what was learned.
        """
        if sets is not None and sets.teller is not None:
            return now(scan, panel, catalogue, threads=threads, sets=sets)
        if scan.universes()[0].groups and len(reachable(panel, scan, sets or Sets())) <= FEW:
            return now(scan, panel, catalogue, threads=threads, sets=sets)
        begun = time.perf_counter()
        key = key_of(scan, sets)
        with self._lock:
            kept = self._kept.pop(key, None)
        case = kept.case.on(panel) if kept else Case.of(scan, panel, catalogue, sets)
        panel = case.panel
        row = case.row_of(None)
        if row < 0:
            return nothing(case, begun)
        if kept and row >= kept.row and goes_on(kept.case, kept.row + 1, panel):
            kept = _advanced(kept, case, row)
        else:
            kept = _started(case, row, threads)
        with self._lock:
            self._kept[key] = kept
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return judged(case, kept.results, InPanel(panel=panel, row=row), begun)


def key_of(scan: Scan, sets: Sets | None) -> Hashable:
    """What a scan is kept under: equal keys, the same question of the same members."""
    texts = (
        scan.where,
        scan.rank,
        scan.universe,
        scan.exclude,
        str(scan.interval),
        scan.session,
        scan.adjust,
        scan.name,
    )
    spells = tuple(sets.spells.items()) if sets else ()
    return texts, tuple(scan.columns.items()), tuple(scan.define.items()), spells


def _started(case: Case, row: int, threads: int) -> _Kept:
    """Fold all rows up to one, that one alone."""
    panel = case.panel
    session = Session.start(case.plan, panel.rows(0, row), session=case.scan.session, threads=threads)
    return _Kept(case=case, session=session, row=row, results=session.commit(panel.rows(row, row + 1)))


def _advanced(kept: _Kept, case: Case, row: int) -> _Kept:
    """Fold the rows that are new."""
    if row == kept.row:
        return dataclasses.replace(kept, case=case)
    results = kept.session.commit(case.panel.rows(kept.row + 1, row + 1))
    last = {name: values[-1:] for name, values in results.items()}
    return dataclasses.replace(kept, case=case, row=row, results=last)


def goes_on(case: Case, count: int, panel: Panel) -> bool:
    """Whether a panel begins with the very bars that were folded: the first `count` rows of a case's own."""
    old = case.panel
    if old is panel:
        return True
    if old.symbols != panel.symbols or old.interval != panel.interval or _splits(old) != _splits(panel):
        return False
    fields = FIELDS if case.plan.barriers else case.plan.fields
    return (
        np.array_equal(old.ts[:count], panel.ts[:count])
        and _same_facts(old, panel)
        and _same_dated(case, count, panel)
        and _same(old.bar[:count], panel.bar[:count])
        and all(_same(old.fields[name][:count], panel.fields[name][:count]) for name in fields)
    )


def _splits(panel: Panel) -> list[tuple[str, np.datetime64, float]]:
    return [(each.symbol, each.date, each.ratio) for each in panel.splits]


def _same_facts(old: Panel, panel: Panel) -> bool:
    def parts(of: Panel) -> list[object]:
        return [
            (name, each.names, None if each.codes is None or name in of.dated else each.codes.tobytes())
            if each.numbers is None
            else (name, None if name in of.dated else each.numbers.tobytes())
            for name, each in of.attributes.items()
        ]

    return parts(old) == parts(panel)


def _same_dated(case: Case, count: int, panel: Panel) -> bool:
    """Whether all that is dated and looked at was known by the last row that was folded as it is known now."""
    old = case.panel
    if not count or (old.dated.key and old.dated.key == panel.dated.key):
        return True
    end = int(ends_of(old.rows(count - 1, count))[0])
    return all(_same_steps(old.dated.get(name), panel.dated.get(name), end) for name in sources(case.plan.names))


def _same_steps(old: Steps | None, new: Steps | None, end: int) -> bool:
    if old is None or new is None:
        return old is new
    return all(map(partial(np.array_equal, equal_nan=True), old.until(end), new.until(end)))


def _same(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether two arrays hold the same values, a missing one being the same as a missing one."""
    if old.shape == new.shape and _lies(old) == _lies(new):
        return True
    return all(
        np.array_equal(old[at : at + BLOCK], new[at : at + BLOCK], equal_nan=old.dtype == np.float64)
        for at in range(0, len(old), BLOCK)
    )


def _lies(array: np.ndarray) -> tuple[object, ...]:
    """Where an array lies in memory, and how."""
    return array.__array_interface__["data"][0], array.strides, array.dtype
