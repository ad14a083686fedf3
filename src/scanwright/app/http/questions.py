"""Questions about a scan that are answered at once: its past, why a symbol is in it, the numbers behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from scanwright.app.documents import values_document, values_rows, why_document
from scanwright.app.http.asks import asked_scan, bound, question, within
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.shapes import HistoryBody, ValuesBody, WhyBody
from scanwright.app.keys import Caller
from scanwright.app.outcomes import Outcomes
from scanwright.app.question import condition, date_or_time
from scanwright.app.rows import json_text
from scanwright.app.wiring import catalogue
from scanwright.engine.plan import plan
from scanwright.expr.reader import read
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.explain import why as why_of
from scanwright.scan.history import history as past_of
from scanwright.scan.judge import typing_of
from scanwright.scan.values import values as values_of

ROUTES = APIRouter(prefix="/v1", tags=["questions"])
JSON = {200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "the answer"}}


@ROUTES.post("/history", summary="What a scan would have found", response_class=Response, responses={**JSON})
async def history(body: HistoryBody, service: Served, caller: Reader) -> Response:
    """What a scan would have found on every past bar, and what came of it; `docs/output.md` describes the answer."""
    return _answer(await service.work(lambda: past(body, service, caller)))


@ROUTES.post("/why", summary="Why a symbol is in the results or not", response_class=Response, responses={**JSON})
async def why(body: WhyBody, service: Served, caller: Reader) -> Response:
    """Each term of a scan for one symbol: whether it held, both its sides, and how far it was from turning."""
    return _answer(await service.work(lambda: reason(body, service, caller)))


@ROUTES.post("/values", summary="An expression's values", response_class=Response, responses={**JSON})
async def values(body: ValuesBody, service: Served, caller: Reader) -> Response:
    """An expression's value on the bars of a symbol, the latest last."""
    return _answer(await service.work(lambda: numbers(body, service, caller)))


def past(body: HistoryBody, service: Service, caller: Caller) -> Mapping[str, Any]:
    """A scan's past."""
    scan, moment = asked_scan(body, service, caller)
    asked, market = question(scan, moment, service), service.market
    bound(asked, caller.limits)
    found = past_of(scan, asked.panel, catalogue(), threads=market.threads, sets=asked.sets)
    notes = [*market.notes(scan.interval, asked.panel, moment), *found.receipt.warnings]
    worth = market.worth(scan, asked.panel, moment)
    receipt = dataclasses.replace(found.receipt, warnings=notes, worth=worth)
    outcomes = Outcomes.of(dataclasses.replace(found, receipt=receipt), market)
    rows = outcomes.rows()
    shown = rows.latest(body.limit) if body.limit else dataclasses.replace(rows, rows=[])
    return {**outcomes.document(shown), "total": len(rows.rows)}


def reason(body: WhyBody, service: Service, caller: Caller) -> Mapping[str, Any]:
    """Why a symbol is in the results or not."""
    scan, moment = asked_scan(body, service, caller)
    asked, market = question(scan, moment, service), service.market
    bound(asked, caller.limits)
    found = why_of(scan, asked.panel, catalogue(), body.symbol, sets=asked.sets)
    return why_document(found, market.worth(scan, asked.panel, moment))


def numbers(body: ValuesBody, service: Service, caller: Caller) -> Mapping[str, Any]:
    """An expression's values."""
    interval = Interval.read(body.interval)
    scan = Scan(where=body.expression, interval=interval, session=body.session, adjust=body.adjust)
    moment = date_or_time(body.as_of) if body.as_of else None
    market = service.market
    panel = market.panel(interval, moment, body.adjust)
    typing = typing_of(panel, catalogue())
    tree = read(body.expression, catalogue(), attributes=typing.fields, held=typing.held)
    within(plan({"value": tree}, typing), panel, caller.limits)
    found = values_of(condition(scan, panel), panel, catalogue(), body.symbol, session=body.session)
    rows = values_rows(found)
    shown = rows.latest(body.limit) if body.limit else dataclasses.replace(rows, rows=[])
    return values_document(found, shown, market.worth(scan, panel, moment))


def _answer(document: Mapping[str, Any]) -> Response:
    return Response(json_text(document), media_type="application/json")
