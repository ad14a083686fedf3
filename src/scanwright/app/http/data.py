"""What the market holds, and the ways of running that have a name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Annotated, Any

from fastapi import APIRouter, Query

from scanwright.app.http.service import READS, Served, Service
from scanwright.app.presets import PRESETS
from scanwright.app.runs import stamp
from scanwright.app.status import day_rows, presence_of, status_document, status_of, symbol_rows
from scanwright.model.interval import Interval as Bars

ROUTES = APIRouter(prefix="/v1", tags=["data"], dependencies=READS)
LEAST_COMPLETE = 200  # symbols that are shown
REFUSED = ("symbol", "ts", "reason", "source", "open", "high", "low", "close", "volume")
Interval = Annotated[str, Query(max_length=8)]


@ROUTES.get("/data/status", summary="What the market holds")
async def status(service: Served) -> dict[str, Any]:
    """Intervals with their sources, how old and how complete they are, who can be asked, and the cache."""
    return await service.work(lambda: held(service))


@ROUTES.get("/data/completeness", summary="Which bars are missing")
async def completeness(service: Served, interval: Interval = "1d") -> dict[str, Any]:
    """How complete each session is, and the least complete symbols; of weeks and months nothing is said."""
    wanted = Bars.read(interval)
    return await service.work(lambda: complete(service, wanted))


@ROUTES.get("/data/quarantine", summary="Bars that were refused")
async def quarantine(
    service: Served,
    interval: Interval = "1d",
    symbol: Annotated[str, Query(max_length=64)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """The refused bars of all symbols or of one, the latest first, with the reason and where they came from."""
    wanted = Bars.read(interval)
    return await service.work(lambda: refused(service, wanted, symbol, (page - 1) * size, size))


@ROUTES.get("/presets", summary="Ways of running that have a name")
async def presets() -> dict[str, Any]:
    """What `preset` in the body of a run may say."""
    return {"presets": [{"name": name, **dataclasses.asdict(each)} for name, each in PRESETS.items()]}


def complete(service: Service, interval: Bars) -> dict[str, Any]:
    """Completeness by session and by symbol."""
    market = service.market
    found = presence_of(market, interval) if interval in market.intervals else None
    if found is None:
        return {"interval": str(interval), "sessions": {"day": [], "complete": [], "bars": []}, "symbols": []}
    days = day_rows(found).objects()
    sessions = {name: [each[name] for each in days] for name in ("day", "complete", "bars")}
    symbols = symbol_rows(found, ()).first(LEAST_COMPLETE).objects()
    return {"interval": str(interval), "sessions": sessions, "symbols": symbols}


def refused(service: Service, interval: Bars, symbol: str, start: int, count: int) -> dict[str, Any]:
    """A page of the bars in quarantine."""
    import polars as pl

    found = service.market.stored.quarantine(interval)
    if found is None:
        return {"total": 0, "reasons": {}, "rows": []}
    if symbol:
        found = found.filter(pl.col("symbol") == symbol)
    reasons = dict(found.group_by("reason").len().sort("len", descending=True).iter_rows())
    shown = found.sort("ts", "symbol", descending=[True, False], nulls_last=True).slice(start, count)
    rows = [{name: _plain(each.get(name), interval) for name in REFUSED} for each in shown.to_dicts()]
    return {"total": len(found), "reasons": reasons, "rows": rows}


def _plain(value: object, interval: Bars) -> object:
    """A cell as JSON says it."""
    if isinstance(value, dt.datetime):
        whole = value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return stamp(whole) if interval.is_intraday else whole.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def held(service: Service) -> dict[str, Any]:
    """The market's state, without the places of this machine."""
    found = dict(status_document(status_of(service.market, service.settings, service.clock)))
    cache: Any = found["cache"]
    return found | {"cache": {name: value for name, value in cache.items() if name != "folder"}}
