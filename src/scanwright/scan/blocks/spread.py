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


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class _Known:
    """A scan on a panel, and its state after `stop` rows where it has to remember."""

    case: Case
    parts: Cut
    fold: Fold | None = None
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
        known = self._of(scan, panel, catalogue, sets)
        row = known.case.row_of(None)
        if row < 0:
            return nothing(known.case, begun)
        with self._one:
            results = self._results(known, row, disk)
        return judged(known.case, results, InPanel(panel=known.case.panel, row=row), begun)

    def _of(self, scan: Scan, panel: Panel, catalogue: Catalogue, sets: Sets | None) -> _Known:
        """What is known of a scan, on this panel."""
        key = key_of(scan, sets)
        with self._one:
            known = self._known.pop(key, None)
            if known is None:
                case = Case.of(scan, panel, catalogue, sets)
                known = _Known(case=case, parts=cut(case.plan, case.typing))
            else:
                case = known.case.on(panel)
                same = case.plan is known.case.plan
                going = same and known.fold is not None and goes_on(known.case, known.stop, case.panel)
                parts = known.parts if same else cut(case.plan, case.typing)
                kept = (known.fold, known.stop, known.results) if going else (None, 0, None)
                known = _Known(case=case, parts=parts, fold=kept[0], stop=kept[1], results=kept[2])
            self._known[key] = known
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return known

    def _results(self, known: _Known, row: int, disk: Disk | None) -> Results:
        """The results of a row, the last of those that are folded."""
        case = known.case
        if not known.parts.remembers:
            return self._folded(known, _fold(case, known.parts), row, row + 1, disk)
        if known.fold is None or row + 1 < known.stop:
            known.fold, known.stop, known.results = _fold(case, known.parts), 0, None
        if known.results is None or row + 1 > known.stop:
            known.results = self._folded(known, known.fold, known.stop, row + 1, disk)
            known.stop = row + 1
        return known.results

    def _folded(self, known: _Known, fold: Fold, first: int, stop: int, disk: Disk | None) -> Results:
        case, names = known.case, known.parts.names
        part = _inside(case.panel.rows(first, stop), case.scan.session)
        if names:
            values = self._gathered(known, first, stop, disk)
            part = dataclasses.replace(part, fields={**part.fields, **dict(zip(names, values, strict=True))})
        *before, last = chunks(part)
        for each in before:
            fold.advance(each, want="none")
        return {name: values[-1:] for name, values in fold.advance(last, want="last").items()}

    def _gathered(self, known: _Known, first: int, stop: int, disk: Disk | None) -> Floats:
        """The values `[K, R, N]` of all symbols, NaN for those who are not asked about."""
        case = known.case
        shares = _shares(case.columns, self._executor.workers, self._narrowest)
        asked = [_Asked.of(case, share, at, disk) for at, share in enumerate(shares)]
        jobs = [each.job(self._factory, first, stop) for each in asked]
        answers = self._executor.gather(jobs)
        lacking = [at for at, answer in enumerate(answers) if "lacking" in answer]
        again = [asked[at].job(self._factory, first, stop, sent=True) for at in lacking]
        for at, answer in zip(lacking, self._executor.gather(again) if again else (), strict=True):
            answers[at] = answer
        found = [cast("Floats", answer["values"]) for answer in answers]
        shape = found[0].shape[:2] if found else (len(known.parts.names), 0)
        whole = np.full((*shape, case.panel.shape[1]), np.nan)
        for share, values in zip(shares, found, strict=True):
            whole[:, :, share] = values[:, :, : len(share)]
        return whole


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class _Asked:
    """A block of symbols, with those that the scan looks at beside, and what is said of it to its worker."""

    case: Case
    columns: Ints
    number: int
    disk: Disk | None

    @classmethod
    def of(cls, case: Case, share: Ints, number: int, disk: Disk | None) -> _Asked:
        beside = [case.panel.column(symbol) for symbol in case.plan.symbols]
        further = np.array([at for at in beside if at not in set(share.tolist())], np.int64)
        return cls(case=case, columns=np.concatenate([share, further]), number=number, disk=disk)

    def job(self, factory: str, first: int, stop: int, *, sent: bool = False) -> Job:
        """The question, with the bars themselves where they are to be sent."""
        panel = self.case.panel
        ours = {name: each.take(self.columns) for name, each in panel.attributes.items() if is_ours(name)}
        arguments: dict[str, Any] = {
            "bars": self._bars(),
            "scan": scan_parcel(self.case.scan),
            "facts": attributes_parcel(ours),
            "plan": self.case.plan.hash,
            "first": first,
            "stop": stop,
        }
        if sent:
            arguments["panel"] = parcel_of(columns_of(panel, self.columns))
        home = Home(key=self._key(), number=self.number, factory=factory)
        return Job(home=home, method="values", arguments=arguments)

    def _bars(self) -> Mapping[str, Any]:
        panel = self.case.panel
        where = {} if self.disk is None else dataclasses.asdict(self.disk)
        facts = {"rows": len(panel.ts), "columns": self.columns, "data_hash": panel.data_hash}
        name = named(panel) if self.disk is None else f"{named(panel)} {self.disk.as_of} {self.disk.adjust}"
        return {"name": name, **where, **facts}

    def _key(self) -> str:
        """The block: whose bars of which interval of which market."""
        panel, scan = self.case.panel, self.case.scan
        symbols = [panel.symbols[int(at)] for at in self.columns]
        facts = [panel.market, "" if self.disk is None else self.disk.folder, scan.interval.value, scan.adjust, symbols]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _fold(case: Case, parts: Cut) -> Fold:
    """A fold of what looks across symbols, before the first row."""
    frame = Frame(panel=case.panel.rows(0, 0), columns=case.columns, session=case.scan.session)
    return Fold(parts.whole, frame, blocks=neighbours(case.columns, max(len(case.columns), 1)))


def _shares(columns: Ints, workers: int, narrowest: int) -> Sequence[Ints]:
    """The symbols in as many parts as there are workers, of neighbours and about as large; fewer where they are few."""
    count = max(1, min(workers, len(columns) // max(narrowest, 1)))
    return np.array_split(columns, count) if len(columns) else []


def _inside(part: Panel, session: str) -> Panel:
    """The rows of the session that is looked at."""
    kept = rows_within(part, session)
    if len(kept) == len(part.ts):
        return part
    fields = {name: values[kept] for name, values in part.fields.items()}
    until = None if part.until is None else part.until[kept]
    return dataclasses.replace(part, ts=part.ts[kept], fields=fields, bar=part.bar[kept], until=until)
