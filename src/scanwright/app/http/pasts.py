"""A scan's past in figures and as a table: hits a session, what came of them, a basket, every hit."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from scanwright.app.http.asks import asked_scan
from scanwright.app.http.page_shapes import HistoryHitsBody, HistorySummaryBody
from scanwright.app.http.play import JSON, answer
from scanwright.app.http.results import MEDIA, parquet
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.shapes import Which
from scanwright.app.http.whose import case_of, while_asked
from scanwright.app.keys import Caller
from scanwright.app.pasts import Past

ROUTES = APIRouter(prefix="/v1/history", tags=["questions"])
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in MEDIA.values()}, "description": "hits, a page of them or all"}
}


@ROUTES.post("/summary", summary="A scan's past in figures", response_class=Response, responses={**JSON})
async def summary(body: HistorySummaryBody, request: Request, service: Served, caller: Reader) -> Response:
    """Hits a session; what came of them after each horizon, how it is spread, by year and by sector; a basket of them.

    Counted as `POST /v1/history` counts: episodes, intervals by blocks of days, excess over the universe on the same
    days. `bins` are shares in percent; the first and the last hold what lies beyond.
    """
    return answer(
        await while_asked(request, service, lambda stop: past_of(body, service, caller).document(body.horizons, stop))
    )


@ROUTES.post("/hits", summary="Every hit of a scan's past", response_class=Response, responses={**FILES})
async def hits(body: HistoryHitsBody, request: Request, service: Served, caller: Reader) -> Response:
    """The table of all hits with their returns, by a column; a page as JSON, all of them as CSV or Parquet."""

    def made() -> Response:
        rows = past_of(body, service, caller).table(body.sort, body.symbol)
        if body.format == "csv":
            return Response(rows.csv(), media_type=MEDIA["csv"])
        if body.format == "parquet":
            return Response(parquet(rows), media_type=MEDIA["parquet"])
        start = (body.page - 1) * body.size
        part = dataclasses.replace(rows, rows=rows.rows[start : start + body.size]).objects()
        whole = {"total": len(rows.rows), "page": body.page, "size": body.size, "columns": list(rows.names)}
        return answer({**whole, "rows": [list(each.values()) for each in part]})

    return await while_asked(request, service, lambda _: made())


def past_of(body: Which, service: Service, caller: Caller) -> Past:
    """The past of a body's scan, as it is kept."""
    scan, moment = asked_scan(body, service, caller)
    asked, _ = case_of(scan, moment, service, caller)
    return service.pasts.of(service.market, scan, asked.panel, asked.sets, moment)
