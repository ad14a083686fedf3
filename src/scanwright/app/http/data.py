"""What the market holds, and the ways of running that have a name."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter

from scanwright.app.http.service import READS, Served, Service
from scanwright.app.presets import PRESETS
from scanwright.app.status import status_document, status_of

ROUTES = APIRouter(prefix="/v1", tags=["data"], dependencies=READS)


@ROUTES.get("/data/status", summary="What the market holds")
async def status(service: Served) -> dict[str, Any]:
    """Intervals with their sources, how old and how complete they are, who can be asked, and the cache."""
    return await service.work(lambda: held(service))


@ROUTES.get("/presets", summary="Ways of running that have a name")
async def presets() -> dict[str, Any]:
    """What `preset` in the body of a run may say."""
    return {"presets": [{"name": name, **dataclasses.asdict(each)} for name, each in PRESETS.items()]}


def held(service: Service) -> dict[str, Any]:
    """The market's state, without the places of this machine."""
    found = dict(status_document(status_of(service.market, service.settings, service.clock)))
    cache: Any = found["cache"]
    return found | {"cache": {name: value for name, value in cache.items() if name != "folder"}}
