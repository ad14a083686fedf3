"""What a scan will find and take, asked while it is written."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from scanwright.app.documents import plain
from scanwright.app.estimating import RUNS, estimated
from scanwright.app.http.asks import asked_scan, bound, question
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.shapes import EstimateBody
from scanwright.app.keys import Caller

ROUTES = APIRouter(prefix="/v1/estimate", tags=["questions"])


@ROUTES.post("", summary="How many hits a scan will have, and how long it will take")
async def estimate(body: EstimateBody, service: Served, caller: Reader) -> dict[str, Any]:
    """The hits of the next frame with an 80 % band, those of the last year, seconds and requests, and warnings."""
    return await service.work(lambda: answered(body, service, caller))


def answered(body: EstimateBody, service: Service, caller: Caller) -> dict[str, Any]:
    """The answer to a body."""
    scan, moment = asked_scan(body, service, caller)
    bound(question(scan, moment, service), caller.limits)
    found = estimated(
        service.market,
        scan,
        as_of=moment,
        runs=service.records.runs(RUNS, status="finished"),
        providers=service.providers if moment is None else "",
        changes=body.changes,
        habitual=service.habitual,
    )
    return plain(found.document())
