"""Watch lists, which stand for a universe or an exclusion as `list:NAME`."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from scanwright.app.http.marks import marks_of
from scanwright.app.http.page_shapes import ListBody
from scanwright.app.http.service import Reader, Runner, Served, Service
from scanwright.app.keys import Caller
from scanwright.app.marks import is_anothers
from scanwright.data.lists import entry_of
from scanwright.model.errors import Absent
from scanwright.store.lists import Entry, Lists

ROUTES = APIRouter(prefix="/v1/lists", tags=["lists"])
Name = Annotated[str, Path(max_length=60)]
Symbols = Annotated[list[str] | None, Query(max_length=1000, description="who goes; nobody named: the whole list")]


@ROUTES.get("", summary="The watch lists")
async def all_of_them(service: Served, caller: Reader) -> dict[str, Any]:
    """Every list with how many symbols it has; of flags and dismissals one's own alone."""
    return {"lists": await service.work(lambda: listed(service, caller))}


@ROUTES.get("/{name}", summary="A watch list")
async def get(name: Name, service: Served, caller: Reader) -> dict[str, Any]:
    """A list's entries, and which of them this market does not have."""
    return await service.work(lambda: shown(name, service, caller))


@ROUTES.post("/{name}", summary="Put symbols on a watch list")
async def add(name: Name, body: ListBody, service: Served, caller: Runner) -> dict[str, Any]:
    """Put symbols at the end of a list, which is made where it is not there; a symbol stands once."""
    own = _own(name, service, caller)
    found = await service.work(lambda: _lists(service).add(own, _entries(body, service)))
    return dataclasses.asdict(found)


@ROUTES.put("/{name}", summary="Replace a watch list")
async def put(name: Name, body: ListBody, service: Served, caller: Runner) -> dict[str, Any]:
    """Make a list hold these symbols and no others, in this order."""
    own = _own(name, service, caller)
    found = await service.work(lambda: _lists(service).replace(own, _entries(body, service)))
    return dataclasses.asdict(found)


@ROUTES.delete("/{name}", summary="Take symbols off a watch list, or the list away", response_model=None)
async def delete(name: Name, service: Served, caller: Runner, symbol: Symbols = None) -> dict[str, Any] | Response:
    """With `symbol`, as often as there are some, these go; without, the list does."""
    own = _own(name, service, caller)
    if not symbol:
        await service.work(lambda: _lists(service).delete(own))
        return Response(status_code=204)
    gone = [entry_of(each) for each in symbol]
    return dataclasses.asdict(await service.work(lambda: _lists(service).remove(own, gone)))


def listed(service: Service, caller: Caller) -> list[dict[str, Any]]:
    """The lists that whoever asks may see, under the names that they use."""
    lists, marks = _lists(service), marks_of(service, caller)
    own = {marks.named(name): name for name in ("flagged", "dismissed")}
    seen = [each for each in lists.names() if each in own or not (is_anothers(each) or each in own.values())]
    return [{"name": own.get(each, each), "symbols": len(lists.read(each))} for each in seen]


def shown(name: str, service: Service, caller: Caller) -> dict[str, Any]:
    """A list with its entries."""
    entries = _lists(service).read(_own(name, service, caller))
    known = service.market.symbols if service.market.intervals else ()
    unknown = service.market.lists.unknown([each.symbol for each in entries], known).unknown
    return {"name": name, "entries": [dataclasses.asdict(each) for each in entries], "unknown": list(unknown)}


def _own(name: str, service: Service, caller: Caller) -> str:
    """The list that a person means by a name."""
    if is_anothers(name):
        raise Absent(place="the lists", expected=repr(name), found="none of yours", todo="flagged and dismissed are")
    return marks_of(service, caller).named(name)


def _lists(service: Service) -> Lists:
    return Lists(market=service.market.folder)


def _entries(body: ListBody, service: Service) -> list[Entry]:
    today = service.clock.now().date().isoformat()
    found = [entry_of(each) for each in body.symbols]
    return [dataclasses.replace(each, section=body.section, added=today, note=body.note) for each in found]
