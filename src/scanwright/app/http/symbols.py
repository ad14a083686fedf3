"""The symbols of the market for whoever looks for one, and small charts of many of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from starlette.responses import Response

from scanwright.app.documents import plain
from scanwright.app.http.page_shapes import ChartsBody
from scanwright.app.http.play import JSON, answer
from scanwright.app.http.service import READS, Served, Service
from scanwright.app.http.symbol import word
from scanwright.app.http.whose import lasts
from scanwright.app.question import date_or_time
from scanwright.model.interval import Interval
from scanwright.model.panel import Floats, Panel
from scanwright.scan.judge import day, frame_of_now

ROUTES = APIRouter(prefix="/v1", tags=["symbols"], dependencies=READS)
SHOWN = ("name", "sector", "exchange")


@ROUTES.get("/symbols", summary="Symbols by what they are called")
async def symbols(
    service: Served,
    q: Annotated[str, Query(max_length=64)] = "",
    most: Annotated[int, Query(ge=1, le=1000)] = 20,
    interval: Annotated[str, Query(max_length=8)] = "1d",
) -> dict[str, Any]:
    """Symbols that begin with a text, then those whose symbol or name holds it."""
    wanted = Interval.read(interval)
    return await service.work(lambda: found(service, q, most, wanted))


@ROUTES.post("/charts", summary="Small charts of many symbols", response_class=Response, responses={**JSON})
async def charts(body: ChartsBody, service: Served) -> Response:
    """The last closes of each symbol, on its own bars; of one that the market does not have, none."""
    return answer(await service.work(lambda: small(body, service)))


def found(service: Service, text: str, most: int, interval: Interval) -> dict[str, Any]:
    """Symbols that a text may mean."""
    if not service.market.intervals:
        return {"symbols": [], "total": 0}
    panel = service.market.panel(interval)
    columns = matching(panel, text.strip())
    facts = [{"symbol": panel.symbols[at], **{name: word(panel, name, at) for name in SHOWN}} for at in columns[:most]]
    return {"symbols": facts, "total": len(panel.symbols)}


def matching(panel: Panel, text: str) -> Sequence[int]:
    """The columns of symbols that a text may mean: the same, those that begin so, those that hold it."""
    upper = text.upper()
    rank: dict[int, tuple[int, str]] = {}
    held = panel.attributes.get("name")
    for at, symbol in enumerate(panel.symbols):
        own = symbol.upper()
        called = (word(panel, "name", at) or "").upper() if held is not None else ""
        tests = (own == upper, own.startswith(upper), called.startswith(upper), upper in own, upper in called)
        first = next((place for place, fits in enumerate(tests) if fits), None)
        if first is not None:
            rank[at] = (first, symbol)
    return sorted(rank, key=rank.__getitem__)


def small(body: ChartsBody, service: Service) -> dict[str, Any]:
    """The closes of some symbols."""
    interval = Interval.read(body.interval)
    panel = service.market.panel(interval, None, body.adjust)
    as_of = date_or_time(body.as_of) if body.as_of else None
    end = frame_of_now(panel, lasts(as_of, interval, service)) + 1
    first = max(end - 3 * body.bars, 0)  # symbols that lack bars may need to look further back
    place: Mapping[str, int] = {symbol: at for at, symbol in enumerate(panel.symbols)}
    drawn = [_chart(panel, each, place.get(each), (first, end), body.bars) for each in body.symbols]
    span = {"from": day(panel, max(end - body.bars, 0)), "to": day(panel, end - 1)}
    return plain({"interval": str(interval), **span, "charts": drawn})


def _chart(panel: Panel, symbol: str, column: int | None, rows: tuple[int, int], bars: int) -> dict[str, Any]:
    if column is None:
        return {"symbol": symbol, "close": [], "last": None, "change": None}
    part = slice(*rows)
    values: Floats = panel.fields["close"][part, column][panel.bar[part, column] == 1]
    values = values[np.isfinite(values)][-bars:]
    last = float(values[-1]) if len(values) else None
    change = 100 * (values[-1] / values[-2] - 1) if len(values) > 1 and values[-2] else None
    return {
        "symbol": symbol,
        "close": [float(f"{each:.6g}") for each in values.tolist()],
        "last": last,
        "change": change,
    }
