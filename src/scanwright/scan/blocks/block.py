"""The side of a worker: a block of symbols with its bars in memory, and the state of the last few scans over it.

What is asked says all that the answer follows from, so a block that was lost is made again by asking again: where it
can reach the market's folder it maps its bars from there, else it says that it lacks them and is sent them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scanwright.engine.fold import chunks
from scanwright.engine.session import Session
from scanwright.expr.catalogue import Catalogue
from scanwright.model.errors import Conflict, StoreError
from scanwright.model.interval import Interval
from scanwright.model.panel import Floats, Ints, Panel
from scanwright.scan.blocks.cut import Cut, cut
from scanwright.scan.blocks.parcel import Parcel, attributes_of, panel_of, scan_of
from scanwright.scan.judge import Case
from scanwright.scan.warm import goes_on
from scanwright.store.market import Market

MOST_SCANS = 16
MOST_PANELS = 3


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class _Kept:
    """A scan after `stop` rows of what is called `bars`, and the values of the rows from `first` up to there."""

    bars: str
    case: Case
    parts: Cut
    session: Session
    first: int
    stop: int
    values: Floats


class Block:
    """Some symbols of a market."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Know nothing yet."""
        self._catalogue = catalogue
        self._panels: dict[str, Panel] = {}
        self._kept: dict[str, _Kept] = {}

    def values(
        self,
        *,
        bars: Mapping[str, Any],
        scan: Parcel,
        facts: Parcel,
        plan: str,
        first: int,
        stop: int,
        panel: Parcel | None = None,
    ) -> dict[str, Any]:
        """The values `[K, R, N]` that a scan needs of each symbol, on the rows from `first` up to `stop`.

        bars: what the panel is called, and where it can be mapped from. facts: what the scan's universe asks for. plan:
        the hash of the plan, which both sides make from the scan's texts. panel: the bars, if they were lacking.
        """
        here = self._panel(bars, panel)
        if here is None:
            return {"lacking": True}
        here = dataclasses.replace(here, attributes={**here.attributes, **attributes_of(facts)})
        key = json.dumps([scan, plan], sort_keys=True)
        kept = self._kept.pop(key, None)
        if kept is not None and goes_on(kept.case, min(kept.stop, len(here.ts)), here):
            kept = self._further(dataclasses.replace(kept, case=kept.case.on(here)), first, stop)
        else:
            kept = self._started(scan, plan, here, first, stop)
        self._kept[key] = dataclasses.replace(kept, bars=str(bars["name"]))
        while len(self._kept) > MOST_SCANS:
            del self._kept[next(iter(self._kept))]
        return {"values": kept.values}

    def _panel(self, bars: Mapping[str, Any], sent: Parcel | None) -> Panel | None:
        """The bars that are asked about: those at hand, those sent, or those of the market's folder."""
        name, rows = str(bars["name"]), int(bars["rows"])
        found = self._panels.pop(name, None)
        if sent is not None:
            found = panel_of(sent)
        elif found is None or len(found.ts) < rows:
            found = mapped(bars)
        if found is None or len(found.ts) < rows:
            return None
        self._panels[name] = found
        while len(self._panels) > MOST_PANELS:
            gone = next(iter(self._panels))
            del self._panels[gone]  # and the scans that hold on to it
            self._kept = {key: each for key, each in self._kept.items() if each.bars != gone}
        return found.rows(0, rows)

    def _started(self, scan: Parcel, plan: str, panel: Panel, first: int, stop: int) -> _Kept:
        """Fold all rows up to the last one."""
        case = Case(scan=scan_of(scan), panel=panel, catalogue=self._catalogue)
        if case.plan.hash != plan:
            raise Conflict(
                place="a worker",
                expected=f"the plan {plan}",
                found=f"{case.plan.hash}: {case.plan.text}",
                todo="install the same version and the same plug-ins on all machines",
            )
        parts = cut(case.plan, case.typing)
        session = _after(case, parts, first)
        values = _committed(session, panel, first, stop)
        return _Kept(bars="", case=case, parts=parts, session=session, first=first, stop=stop, values=values)

    def _further(self, kept: _Kept, first: int, stop: int) -> _Kept:
        """Fold the rows that are new; all of them where older ones are asked for."""
        if (first, stop) == (kept.first, kept.stop):
            return kept
        panel = kept.case.panel
        session = kept.session if first >= kept.stop else _after(kept.case, kept.parts, first)
        if first > kept.stop:
            _committed(session, panel, kept.stop, first)
        values = _committed(session, panel, first, stop)
        return dataclasses.replace(kept, session=session, first=first, stop=stop, values=values)


def _after(case: Case, parts: Cut, rows: int) -> Session:
    """A session that stands after so many rows."""
    if not rows:
        return Session(parts.own, case.panel, session=case.scan.session)
    return Session.start(parts.own, case.panel.rows(0, rows), session=case.scan.session, threads=1)


def _committed(session: Session, panel: Panel, first: int, stop: int) -> Floats:
    """The values of some rows, `[K, R, N]`."""
    names = tuple(session.plan.lowered)
    parts = [session.commit(part) for part in chunks(panel.rows(first, stop))]
    if not parts:
        return np.empty((len(names), 0, panel.shape[1]))
    return np.stack([np.concatenate([part[name] for part in parts]) for name in names])


def mapped(bars: Mapping[str, Any]) -> Panel | None:
    """The bars of a block from its market's folder; None where that is not to be had here as it was asked about."""
    if not bars.get("folder"):
        return None
    as_of = np.datetime64(bars["as_of"]) if bars["as_of"] else None
    try:
        market = Market.open(Path(bars["folder"]))
        whole = market.panel(Interval.read(bars["interval"]), as_of=as_of, adjust=bars["adjust"])
    except StoreError:
        return None
    columns = np.asarray(bars["columns"], np.int64)
    if whole.data_hash != bars["data_hash"] or columns.max(initial=-1) >= whole.shape[1]:
        return None
    return columns_of(whole, columns)


def columns_of(panel: Panel, columns: Ints) -> Panel:
    """Some symbols of a panel: neighbours as views of what is mapped, others copied."""
    start, stop = int(columns[0]), int(columns[-1]) + 1
    if not _neighbours(columns):
        return panel.columns(columns)
    facts = panel.rows(0, 0).columns(columns)
    fields = {name: values[:, start:stop] for name, values in panel.fields.items()}
    return dataclasses.replace(facts, ts=panel.ts, fields=fields, bar=panel.bar[:, start:stop], until=panel.until)


def _neighbours(columns: Ints | Sequence[int]) -> bool:
    return bool(np.array_equal(columns, np.arange(int(columns[0]), int(columns[0]) + len(columns))))
