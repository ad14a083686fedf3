"""The side of the one who asks: symbols shared out, what workers say gathered, the rest of the plan done here.

1. The symbols of the universe are cut into as many blocks as there are workers; a block is always the same worker's.
2. Each is asked for the values that its symbols' own bars give, on the last row, or on all rows that are new where
   something that remembers is built on a function across symbols.
3. They stand as fields beside the panel's own, and the rest of the plan is folded over everybody, here.
So the values, and with them the hash of the results, are those of a fold of the whole market in one place.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from scanwright.engine.blocks import NARROWEST, neighbours
from scanwright.engine.fold import Fold, Frame, Results, chunks
from scanwright.expr.catalogue import Catalogue
from scanwright.model.panel import Floats, Ints, Panel
from scanwright.scan.blocks.block import columns_of
from scanwright.scan.blocks.cut import Cut, cut
from scanwright.scan.blocks.parcel import attributes_parcel, named, parcel_of, scan_parcel
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, rows_within
from scanwright.scan.members import Sets, is_ours
from scanwright.scan.now import Found, InPanel, judged, nothing
from scanwright.scan.warm import goes_on, key_of
from scanwright.workers import Executor, Home, Job

MOST = 16


@dataclasses.dataclass(frozen=True, kw_only=True)
class Disk:
    """Where a worker that has the same disk maps a panel's bars from: a market's folder, and how it was read."""

    folder: str
    interval: str
    as_of: str
    adjust: str


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Share:
    """A block of symbols: where they stand, those beside them that the scan looks at too, and what it is called."""

    own: Ints
    columns: Ints
    number: int
    key: str


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class _Known:
    """A scan on a panel in blocks, and the fold of what looks across symbols, which stands after `stop` rows.

    results: of the last of these rows, where it has to remember.
    """

    case: Case
    parts: Cut
    shares: Sequence[_Share]
    fold: Fold
    stop: int = 0
    results: Results | None = None


class Spread:
    """Scans of now by workers, which keep their blocks from one to the next; one for a market.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> from scanwright.scan.now import now
    >>> from scanwright.workers import declared
    >>> panel, scan = simulate(symbols=20, years=1).panel(), Scan(where="rank(roc(5)) > 15 and close > sma(20)")
    >>> executor = declared("threads").open("", 2)
    >>> spread = Spread(executor, "scanwright.app.workers:block", narrowest=4)
    >>> now(scan, panel, catalogue()).receipt.result_hash == spread.now(scan, panel, catalogue()).receipt.result_hash
    True
    >>> executor.close()
    """

    def __init__(self, executor: Executor, factory: str, *, narrowest: int = NARROWEST) -> None:
        """Ask an executor. factory: what makes a worker's block; narrowest: symbols that are worth a worker."""
        self._executor, self._factory, self._narrowest = executor, factory, narrowest
        self._known: dict[Hashable, _Known] = {}
        self._one = threading.Lock()

    def now(
        self,
        scan: Scan,
        panel: Panel,
        catalogue: Catalogue,
        *,
        sets: Sets | None = None,
        disk: Disk | None = None,
    ) -> Found:
        """What `scan.now` gives. disk: where the panel was mapped from, if it is whole as it was mapped."""
        begun = time.perf_counter()
        with self._one:  # each question is for all workers
            known = self._of(scan, panel, catalogue, sets)
            row = known.case.row_of(None)
            if row < 0:
                return nothing(known.case, begun)
            results = self._results(known, row, disk)
        return judged(known.case, results, InPanel(panel=known.case.panel, row=row), begun)

    def _of(self, scan: Scan, panel: Panel, catalogue: Catalogue, sets: Sets | None) -> _Known:
        """What is known of a scan, on this panel."""
        key = key_of(scan, sets)
        before = self._known.pop(key, None)
        if before is None:
            known = self._started(Case.of(scan, panel, catalogue, sets))
        else:
            case = before.case.on(panel)
            same = case.plan is before.case.plan and case.columns is before.case.columns
            going = same and (not before.parts.remembers or goes_on(before.case, before.stop, case.panel))
            known = dataclasses.replace(before, case=case) if going else self._started(case)
        self._known[key] = known
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]
        return known

    def _started(self, case: Case) -> _Known:
        """A scan before the first row."""
        parts = cut(case.plan, case.typing)
        shares = _shared_out(case, self._executor.workers, self._narrowest)
        return _Known(case=case, parts=parts, shares=shares, fold=_fold(case, parts))

    def _results(self, known: _Known, row: int, disk: Disk | None) -> Results:
        """The results of a row, the last of those that are folded."""
        if not known.parts.remembers:
            return self._folded(known, row, row + 1, disk)
        if row + 1 < known.stop:
            known.fold, known.stop, known.results = _fold(known.case, known.parts), 0, None
        if known.results is None or row + 1 > known.stop:
            known.results = self._folded(known, known.stop, row + 1, disk)
            known.stop = row + 1
        return known.results

    def _folded(self, known: _Known, first: int, stop: int, disk: Disk | None) -> Results:
        case, names = known.case, known.parts.names
        part = _inside(case.panel.rows(first, stop), case.scan.session)
        if names:
            values = self._gathered(known, first, stop, disk)
            part = dataclasses.replace(part, fields={**part.fields, **dict(zip(names, values, strict=True))})
        *before, last = chunks(part)
        for each in before:
            known.fold.advance(each, want="none")
        return {name: values[-1:] for name, values in known.fold.advance(last, want="last").items()}

    def _gathered(self, known: _Known, first: int, stop: int, disk: Disk | None) -> Floats:
        """The values `[K, R, N]` of all symbols, NaN for those who are not asked about."""
        case, shares = known.case, known.shares
        asked = {
            "bars": _bars(case.panel, disk),
            "scan": scan_parcel(case.scan),
            "plan": case.plan.hash,
            "first": first,
            "stop": stop,
        }
        jobs = [self._job(case, share, asked) for share in shares]
        answers = self._executor.gather(jobs)
        lacking = [at for at, answer in enumerate(answers) if "lacking" in answer]
        if lacking:
            again = [self._job(case, shares[at], asked, sent=True) for at in lacking]
            for at, answer in zip(lacking, self._executor.gather(again), strict=True):
                answers[at] = answer
        found = [cast("Floats", answer["values"]) for answer in answers]
        shape = found[0].shape[:2] if found else (len(known.parts.names), 0)
        whole = np.full((*shape, case.panel.shape[1]), np.nan)
        for share, values in zip(shares, found, strict=True):
            whole[:, :, share.own] = values[:, :, : len(share.own)]
        return whole

    def _job(self, case: Case, share: _Share, asked: Mapping[str, Any], *, sent: bool = False) -> Job:
        """The question to a block's worker, with the bars themselves where they are to be sent."""
        panel = case.panel
        ours = {name: each.take(share.columns) for name, each in panel.attributes.items() if is_ours(name)}
        bars = {**asked["bars"], "columns": share.columns}
        arguments: dict[str, Any] = {**asked, "bars": bars, "facts": attributes_parcel(ours)}
        if sent:
            arguments["panel"] = parcel_of(columns_of(panel, share.columns))
        home = Home(key=share.key, number=share.number, factory=self._factory)
        return Job(home=home, method="values", arguments=arguments)


def _bars(panel: Panel, disk: Disk | None) -> dict[str, Any]:
    """What bars are called, and where they may be mapped: under one name then, however many rows are asked for."""
    facts = {"rows": len(panel.ts), "data_hash": panel.data_hash}
    if disk is None:
        return {"name": named(panel), **facts}
    where = dataclasses.asdict(disk)
    return {"name": json.dumps([*where.values(), panel.data_hash]), **where, **facts}


def _shared_out(case: Case, workers: int, narrowest: int) -> list[_Share]:
    """The symbols in as many blocks as there are workers, neighbours together; fewer blocks where they are few."""
    count = max(1, min(workers, len(case.columns) // max(narrowest, 1)))
    parts = np.array_split(case.columns, count) if len(case.columns) else []
    return [_share(case, own, at) for at, own in enumerate(parts)]


def _share(case: Case, own: Ints, number: int) -> _Share:
    """A block, called after whose bars of which interval of which market it holds."""
    panel, inside = case.panel, set(own.tolist())
    beside = [at for symbol in case.plan.symbols if (at := panel.column(symbol)) not in inside]
    columns = np.concatenate([own, np.array(beside, np.int64)])
    symbols = [panel.symbols[int(at)] for at in columns]
    facts = [panel.market, panel.interval.value, case.scan.adjust, symbols]
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
    return _Share(own=own, columns=columns, number=number, key=key)


def _fold(case: Case, parts: Cut) -> Fold:
    """A fold of what looks across symbols, before the first row."""
    frame = Frame(panel=case.panel.rows(0, 0), columns=case.columns, session=case.scan.session)
    return Fold(parts.whole, frame, blocks=neighbours(case.columns, max(len(case.columns), 1)))


def _inside(part: Panel, session: str) -> Panel:
    """The rows of the session that is looked at."""
    kept = rows_within(part, session)
    if len(kept) == len(part.ts):
        return part
    fields = {name: values[kept] for name, values in part.fields.items()}
    until = None if part.until is None else part.until[kept]
    return dataclasses.replace(part, ts=part.ts[kept], fields=fields, bar=part.bar[kept], until=until)
