"""Screen: the condition folded over the symbols whose bars have come, each batch by itself.

Where the condition looks across symbols a batch alone cannot tell: it is judged beside everybody's last known bar, and
what comes of that is provisional until everybody is there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Fold
from scanwright.engine.session import Session
from scanwright.expr.catalogue import Catalogue
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, day
from scanwright.scan.members import Sets
from scanwright.scan.now import Hit, InPanel, Miss, judged, last_row, values_of
from scanwright.scan.taking_part import YES, taking_part

SetsOf = Callable[[Panel], Sets]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """What came of some symbols: hits, those that could not be judged, and how many belong to the universe.

    outside: how many do not, by reason. provisional: whether it may change when others come.
    """

    symbols: Sequence[str]
    hits: Sequence[Hit]
    misses: Sequence[Miss]
    inside: int
    outside: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    provisional: bool = False


class Screen:
    """Judges batches of symbols at one frame; the panel grows meanwhile, and is handed in each time."""

    def __init__(self, scan: Scan, catalogue: Catalogue, sets_of: SetsOf, *, threads: int = 2) -> None:
        """Nothing is read before the first batch."""
        self._scan, self._catalogue, self._sets_of, self._threads = scan, catalogue, sets_of, threads
        self._case: Case | None = None
        self._across: _Across | None = None

    @property
    def interval(self) -> Interval:
        """The scan's."""
        return self._scan.interval

    def case(self, panel: Panel) -> Case:
        """The scan on a panel of the market."""
        self._case = (
            self._case.on(panel) if self._case else Case.of(self._scan, panel, self._catalogue, self._sets_of(panel))
        )
        return self._case

    def looks_across(self, panel: Panel) -> bool:
        """Whether a symbol cannot be judged without the others."""
        return any(each.kind in {"cross", "group"} for each in self.case(panel).plan.barriers)

    def judge(self, panel: Panel, symbols: Sequence[str], frame: np.datetime64) -> Judged:
        """Judge some symbols at a frame, on the bars that the panel has."""
        case = self.case(panel)
        known = [symbol for symbol in symbols if symbol in set(panel.symbols)]
        absent = [Miss(symbol=each, reason="no_bar", last="") for each in symbols if each not in set(known)]
        row = int(np.searchsorted(panel.ts, frame, side="right")) - 1
        if row < 0 or panel.ts[row] != frame or not known:
            missing = [Miss(symbol=each, reason="no_bar", last=_last(panel, each)) for each in known]
            return Judged(symbols=symbols, hits=[], misses=[*absent, *missing], inside=len(symbols))
        across = self.looks_across(panel)
        found = self._beside_others(case, known, row) if across else self._alone(case, known, row)
        return dataclasses.replace(
            found, symbols=symbols, misses=[*found.misses, *absent], inside=found.inside + len(absent)
        )

    def _alone(self, case: Case, symbols: Sequence[str], row: int) -> Judged:
        """Their own bars say it all, and those of the symbols that the scan names."""
        wanted = set(symbols) | set(case.plan.symbols)
        columns = np.array([at for at, symbol in enumerate(case.panel.symbols) if symbol in wanted], np.int64)
        part = case.on(case.panel.rows(0, row + 1).columns(columns))
        fold = Fold.over(part.plan, part.panel, session=self._scan.session, threads=self._threads)
        results = last_row(fold, part.panel)
        found = judged(part, results, InPanel(panel=part.panel, row=row), 0.0)
        asked = set(symbols)
        who = taking_part(part, results, row)
        inside = sum(
            bool(here) and part.panel.symbols[int(at)] in asked
            for at, here in zip(part.columns, who.inside, strict=True)
        )
        return Judged(
            symbols=symbols,
            hits=[each for each in found.hits if each.symbol in asked],
            misses=[each for each in found.misses if each.symbol in asked],
            inside=inside,
            outside=found.receipt.outside,
        )

    def _beside_others(self, case: Case, symbols: Sequence[str], row: int) -> Judged:
        if self._across is None or self._across.row != row or self._across.symbols != case.panel.symbols:
            self._across = _Across(case, row)
        return self._across.judge(case, symbols)


class _Across:
    """The state after the frame before, in which everybody is; the frame itself is filled up where somebody lacks."""

    def __init__(self, case: Case, row: int) -> None:
        self.row, self.symbols = row, case.panel.symbols
        before = case.panel.rows(0, row)
        self._session = Session.start(case.plan, before, session=case.scan.session)
        self._last = {name: _latest(before, name) for name in FIELDS}

    def judge(self, case: Case, symbols: Sequence[str]) -> Judged:
        frame = case.panel.rows(self.row, self.row + 1)
        here = frame.bar[0] == 1
        there = ~here & np.isfinite(self._last["close"])
        flat = {name: self._last["volume" if name == "volume" else "close"] for name in FIELDS}
        fields = {name: np.where(there, flat[name], values[0])[None] for name, values in frame.fields.items()}
        filled = dataclasses.replace(frame, fields=fields, bar=(here | there)[None].astype(np.uint8))
        whole = case.on(filled)
        results = self._session.peek(whole.panel)
        who = taking_part(whole, results, 0)
        inside = np.zeros(len(self.symbols), bool)
        inside[whole.columns] = who.inside
        place = {symbol: at for at, symbol in enumerate(self.symbols)}
        hits: list[Hit] = []
        misses: list[Miss] = []
        for symbol in symbols:
            at = place[symbol]
            verdict = int(results["where"][-1][at])
            if not inside[at]:
                continue
            if not here[at] or verdict == 2:
                reason = "missing_value" if here[at] else "no_bar"
                misses.append(Miss(symbol=symbol, reason=reason, last=_last(case.panel, symbol)))
            elif verdict == YES:
                hits.append(Hit(symbol=symbol, ts=day(whole.panel, 0), values=values_of(whole, results, 0, at)))
        count = int(sum(inside[place[symbol]] for symbol in symbols))
        return Judged(symbols=symbols, hits=hits, misses=misses, inside=count, provisional=True)


def _latest(panel: Panel, name: str) -> np.ndarray:
    """Each symbol's latest value of a field, NaN where it has none."""
    rows = np.where(panel.bar == 1, np.arange(panel.shape[0])[:, None], -1).max(axis=0, initial=-1)
    values = (
        panel.fields[name][np.maximum(rows, 0), np.arange(panel.shape[1])]
        if panel.shape[0]
        else np.full(panel.shape[1], np.nan)
    )
    return np.where(rows < 0, np.nan, values)


def _last(panel: Panel, symbol: str) -> str:
    """The stamp of a symbol's last bar, or nothing."""
    rows = np.flatnonzero(panel.bar[:, panel.column(symbol)]) if symbol in panel.symbols else np.array([], np.int64)
    return day(panel, int(rows[-1])) if len(rows) else ""
