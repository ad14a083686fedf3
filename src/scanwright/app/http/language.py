"""The language for editors: each word with its signature, its meaning and an example, and the fields of this market."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from scanwright.app.http.service import READS, Served, Service
from scanwright.app.running import nothing_yet
from scanwright.app.wiring import catalogue
from scanwright.expr.words import ALIASES
from scanwright.model.errors import Absent
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.scan.definition import Scan
from scanwright.scan.judge import typing_of

ROUTES = APIRouter(prefix="/v1/language", tags=["language"], dependencies=READS)
MOST = 200  # values of a category that are listed


@ROUTES.get("", summary="The words of the language")
async def words(service: Served, interval: Annotated[str, Query(max_length=8)] = "1d") -> dict[str, Any]:
    """Functions and figures, the fields of the market's bars and symbols, and the spellings that are read as others."""
    wanted = Interval.read(interval)
    found = await service.work(service.words.objects)
    return {"words": found, "fields": await service.work(lambda: fields(service, wanted)), "aliases": dict(ALIASES)}


@ROUTES.get("/{name}", summary="A word of the language")
async def word(name: str, service: Served) -> dict[str, Any]:
    """One function or figure."""
    found = await service.work(service.words.objects)
    wanted = ALIASES.get(name, name)
    for each in found:
        if each["name"] == wanted:
            return dict(each)
    near = catalogue().nearest(name[:64])
    raise Absent(
        place="the language", expected=repr(name[:64]), found="none", todo=f"did you mean {near}?" if near else "GET it"
    )


def fields(service: Service, interval: Interval) -> list[dict[str, object]]:
    """The fields that an expression may name: of bars, and of the market's symbols with what a category may hold."""
    market, scan = service.market, Scan(where="", interval=interval)
    panel = market.panel(interval) if market.intervals else nothing_yet(market, scan)
    typing = typing_of(panel, catalogue())
    found: list[dict[str, object]] = [{"name": name, "type": "number"} for name in FIELDS]
    for name, kind in sorted(typing.fields.items()):
        held = panel.attributes.get(name)
        values = list(held.names[:MOST]) if held is not None and held.codes is not None else None
        more: dict[str, object] = {} if values is None else {"values": values}
        found.append({"name": name, "type": str(kind), **more})
    return found
