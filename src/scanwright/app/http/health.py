"""Whether the service lives, whether it is ready, and what it counts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from scanwright.app.http.service import READS, Served, Service

ROUTES = APIRouter(tags=["health"])
TEXT = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "counters"}}


@ROUTES.get("/healthz", summary="Whether it lives")
async def lives() -> dict[str, Any]:
    """It answers, so it does."""
    return {"ok": True}


@ROUTES.get("/readyz", summary="Whether it is ready")
async def ready(service: Served) -> dict[str, Any]:
    """Ready when the market can be read and the records answer; else 503 with what does not.

    `runs` are known to this process `alone`, `shared` with others, or `lost`: those of others are found in the record.
    """
    await service.work(lambda: looked(service))
    return {"ok": True, "runs": service.shelf.sharing()}


@ROUTES.get("/metrics", summary="Counters", response_class=Response, responses={**TEXT}, dependencies=READS)
async def metrics(service: Served) -> Response:
    """Counters in Prometheus' format."""
    return PlainTextResponse(service.metrics.text(), media_type="text/plain; version=0.0.4")


def looked(service: Service) -> None:
    """Ask the market and the records for something small."""
    service.market.stored.intervals()
    service.records.runs(1)
