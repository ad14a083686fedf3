"""A symbol as the page draws it: bars, what a scan names of them, why it is in the results, what happened to it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.responses import Response

from scanwright.app.documents import plain
from scanwright.app.http.marks import marks_of, of_symbol
from scanwright.app.http.page_shapes import SymbolBody, SymbolWhyBody
from scanwright.app.http.play import JSON, answer
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.whose import Meant, board_of, case_of, lasts, meant
from scanwright.app.keys import Caller
from scanwright.app.question import date_or_time
from scanwright.app.runs import stamp
from scanwright.app.told import Mark
from scanwright.app.wiring import catalogue
from scanwright.expr.nodes import Call, Field
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Floats, Ints, Panel
from scanwright.scan.definition import Scan
from scanwright.scan.drawn import Drawn, drawn
from scanwright.scan.explain import why as why_of
from scanwright.scan.judge import Case
from scanwright.scan.now import YES
from scanwright.scan.play import why_on

ROUTES = APIRouter(prefix="/v1/symbol", tags=["symbols"])
NOTHING = Scan(where="close > 0", columns={"raw_close": "raw(close)", "raw_volume": "raw(volume)"})
LATELY = dt.timedelta(days=365)
RUNS = 20
SINGLE = 4  # digits after the point that a chart does without
Moment = str | int


@ROUTES.post("", summary="A symbol as it is drawn", response_class=Response, responses={**JSON})
async def symbol(body: SymbolBody, service: Served, caller: Reader) -> Response:
    """Bars in columns, the figures that a scan names beside them, and all that is known of the symbol.

    Figures are as `POST /v1/values` gives them. Beside them: the bars on which the scan was true, why the symbol is in
    the results or not, events, refused bars, other runs that had it, marks.

    Bars are those known now. Their `time` is a date, or of bars of less than a day the second at which they began.
    """
    whose = await meant(body, service, caller)
    return answer(await service.work(lambda: shown(body, whose, service, caller)))


@ROUTES.post("/why", summary="Why a symbol is in the results, at a moment", response_class=Response, responses={**JSON})
async def why(body: SymbolWhyBody, service: Served, caller: Reader) -> Response:
    """Each term of a scan or run for one symbol on the last bar at or before a moment."""
    whose = await meant(body, service, caller, body.as_of)
    return answer(
        await service.work(lambda: reasons(body.symbol, whose or Meant(scan=NOTHING, moment=None), service, caller))
    )


def shown(body: SymbolBody, whose: Meant | None, service: Service, caller: Caller) -> dict[str, Any]:
    """Everything about a symbol."""
    scan = _scan(body, whose)
    _, case = case_of(scan, None, service, caller)
    column = case.panel.column(body.symbol)
    market = service.market
    found = drawn(case, column, market.boards, market.threads)
    bars = Bars(case.panel, found.rows, body)
    raw = _raw(case, column, found.rows) if found.rows.size else {}
    before = date_or_time(body.as_of) if body.as_of else whose.moment if whose else None
    moment = lasts(before, scan.interval, service)
    is_asked = whose is not None
    whole = {
        **_facts(case, column, body.symbol),
        "bars": bars.document(column, raw),
        "total": len(found.rows),
        "series": _series(found, bars) if is_asked else [],
        "where": scan.where if is_asked else None,
        "true_at": np.flatnonzero(found.held[bars.kept] == YES).tolist() if is_asked else [],
        "why": reasons(body.symbol, Meant(scan=scan, moment=moment), service, caller) if is_asked else None,
        **_beside(body.symbol, bars, service),
        **{key: value for key, value in of_symbol(marks_of(service, caller), body.symbol).items() if key != "symbol"},
    }
    whole["runs"] = _runs(body.symbol, whose, service)
    return plain(whole)


def reasons(symbol: str, whose: Meant, service: Service, caller: Caller) -> dict[str, Any]:
    """Why a symbol is in the results or not."""
    asked, case = case_of(whose.scan, None, service, caller)
    if any(each.kind == "cross" for each in case.plan.barriers):  # all symbols are to be folded: once is enough
        board = board_of(case, service, whose.moment)
        found = why_on(board, board.at(whose.moment), symbol)
    else:
        found = why_of(whose.scan, case.panel, catalogue(), symbol, as_of=whose.moment, sets=asked.sets)
    terms = [{name: getattr(each, name) for name in TERM} for each in found.terms]
    facts = {name: getattr(found, name) for name in ("symbol", "ts", "hit", "in_universe", "reason")}
    return plain({**facts, "terms": terms})


TERM = ("term", "held", "left", "right", "distance", "distance_percent")


class Bars:
    """The bars of a symbol that are drawn: those of some days, and of them the latest."""

    def __init__(self, panel: Panel, rows: Ints, body: SymbolBody) -> None:
        """Choose among a symbol's own `rows`."""
        self.panel = panel
        days = panel.ts[rows].astype("M8[D]")
        chosen = np.ones(len(rows), np.bool_)
        if body.first:
            chosen &= days >= date_or_time(body.first).astype("M8[D]")
        if body.to:
            chosen &= days <= date_or_time(body.to).astype("M8[D]")
        self.kept = np.flatnonzero(chosen)[-body.bars :]
        self.rows = rows[self.kept]

    def time(self, moment: dt.datetime) -> Moment:
        """A date, or beside bars of less than a day the second."""
        return int(moment.timestamp()) if self.panel.interval.is_intraday else moment.date().isoformat()

    def start(self, end: dt.datetime) -> Moment:
        """The time of the bar that ended at a moment."""
        interval = self.panel.interval
        return self.time(end - dt.timedelta(seconds=interval.seconds) if interval.is_intraday else end)

    def document(self, column: int, raw: Mapping[str, Floats]) -> dict[str, Any]:
        """Columns of equal length."""
        panel = self.panel
        ts = panel.ts[self.rows]
        if panel.interval.is_intraday:
            time: Sequence[Moment] = (ts.astype("M8[s]").astype(np.int64) - panel.interval.seconds).tolist()
            phase = calendar(panel.calendar).parts(ts, panel.interval)["phase"].tolist()
        else:
            time, phase = ts.astype("M8[D]").astype(str).tolist(), None
        bars = {name: numbers(panel.fields[name][self.rows, column]) for name in FIELDS}
        return {"time": time, **bars, **{name: numbers(each[self.kept]) for name, each in raw.items()}, "phase": phase}


def numbers(values: Floats) -> list[float | None]:
    """Values as JSON says them: nothing for a missing one."""
    found: list[float | None] = values.tolist()
    for at in np.flatnonzero(~np.isfinite(values)).tolist():
        found[at] = None
    return found


def _scan(body: SymbolBody, whose: Meant | None) -> Scan:
    """What is drawn, on the bars that are asked for."""
    scan = NOTHING if whose is None else whose.scan
    facts: dict[str, Any] = {"interval": body.interval and Interval.read(body.interval)}
    facts |= {"adjust": body.adjust, "session": body.session}
    return dataclasses.replace(scan, **{name: value for name, value in facts.items() if value})


def _raw(case: Case, column: int, rows: Ints) -> dict[str, Floats]:
    """Close and volume as they were traded: the language's `raw` undoes what splits and dividends have changed."""
    panel = case.panel
    symbol = panel.symbols[column]
    if not any(each.symbol == symbol for each in (*panel.splits, *panel.payouts)):
        return {f"raw_{name}": panel.fields[name][rows, column] for name in ("close", "volume")}
    from scanwright.engine.fold import Fold
    from scanwright.engine.plan import plan

    small = panel.columns(np.array([column], np.int64))
    trees = {f"raw_{name}": Call("raw", (Field(name),)) for name in ("close", "volume")}
    results = Fold.over(plan(trees, case.typing), small, session="extended", threads=1).advance(small)
    return {name: results[name][rows, 0] for name in trees}


def _facts(case: Case, column: int, symbol: str) -> dict[str, Any]:
    panel, scan = case.panel, case.scan
    facts = {"symbol": symbol, **{name: word(panel, name, column) for name in ("name", "sector", "exchange")}}
    how = {"interval": str(panel.interval), "adjust": scan.adjust, "session": scan.session}
    return {**facts, **how, "seconds_per_bar": panel.interval.seconds}


def word(panel: Panel, name: str, column: int) -> str | None:
    """What a category says of a symbol."""
    held = panel.attributes.get(name)
    code = -1 if held is None or held.codes is None else int(held.codes[column])
    return held.names[code] if held is not None and code >= 0 else None


def _series(found: Drawn, bars: Bars) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "unit": each.unit,
            "pane": each.pane,
            "group": each.group,
            "levels": list(each.levels),
            "values": numbers(values[bars.kept]),
        }
        for each, values in zip(found.figures, found.values, strict=True)
    ]


def _beside(symbol: str, bars: Bars, service: Service) -> dict[str, Any]:
    """What happened to a symbol since the first bar that is drawn, and what was refused."""
    market, panel = service.market, bars.panel
    if not len(bars.rows):
        return {"marks": [], "quarantine": []}
    first = panel.ts[bars.rows[0]].astype("M8[D]").item()
    marks = [each for each in market.told.marks(symbol) if each.at.date() >= first]
    refused = market.told.refused(symbol, market.source(panel.interval))
    return {
        "marks": [_mark(each, bars.time) for each in marks],
        "quarantine": [
            {"time": bars.start(each.at), "reason": each.reason, "source": each.source, "close": each.close}
            for each in refused
            if each.at.date() >= first
        ],
    }


def _mark(mark: Mark, time: Callable[[dt.datetime], Moment]) -> dict[str, Any]:
    return {"time": time(mark.at), "kind": mark.kind, "label": mark.label, "value": mark.value}


def _runs(symbol: str, whose: Meant | None, service: Service) -> list[dict[str, Any]]:
    """The latest other runs that had a symbol."""
    own = whose.run.id if whose and whose.run else ""
    found = service.records.having(symbol, service.clock.now() - LATELY, RUNS + 1)
    return [
        {
            "run": run.id,
            "started": stamp(run.started),
            "ts": ts,
            "scan": str(run.definition.get("name", "")),
            "where": str(run.definition.get("where", "")).strip(),
        }
        for run, ts in found
        if run.id != own
    ][:RUNS]
