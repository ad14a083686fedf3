"""Saved scans, each with every version that it had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Response

from scanwright.app.http.asks import bound, question, scan_of
from scanwright.app.http.service import READS, Runner, Served, Service
from scanwright.app.http.shapes import NewScanBody, SaveBody
from scanwright.app.keys import Caller

if TYPE_CHECKING:
    from scanwright.store.records.saved import SavedRecord

ROUTES = APIRouter(prefix="/v1/scans", tags=["scans"], dependencies=READS)
Name = Annotated[str, Path(max_length=64)]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


@ROUTES.get("", summary="The saved scans")
async def all_of_them(service: Served) -> dict[str, Any]:
    """The latest version of each saved scan."""
    return {"scans": [shape(each) for each in await service.work(service.saved.all)]}


@ROUTES.post("", status_code=201, summary="Save a scan under a name")
async def add(body: NewScanBody, response: Response, service: Served, caller: Runner) -> dict[str, Any]:
    """Save a scan; under a name that there is already it is the next version."""
    found = await service.work(lambda: _saved(body.name, body, service, caller))
    response.headers["Location"] = f"/v1/scans/{found.name}"
    return shape(found)


@ROUTES.get("/{name}", summary="A saved scan")
async def get(name: Name, service: Served) -> dict[str, Any]:
    """The latest version."""
    return shape(await service.work(lambda: service.saved.get(name)))


@ROUTES.put("/{name}", summary="Save the next version of a scan")
async def put(name: Name, body: SaveBody, service: Served, caller: Runner) -> dict[str, Any]:
    """Save the next version; a definition that is as the latest makes none."""
    return shape(await service.work(lambda: _saved(name, body, service, caller)))


@ROUTES.delete("/{name}", status_code=204, summary="Delete a saved scan")
async def delete(name: Name, service: Served, caller: Runner) -> None:
    """Take a scan away; its versions can still be looked at."""
    await service.work(lambda: service.saved.delete(name, by=caller.name))


@ROUTES.get("/{name}/versions", summary="All versions of a scan")
async def versions(name: Name, service: Served) -> dict[str, Any]:
    """All versions, the first first; one that is null says that the scan was deleted then."""
    return {"versions": [shape(each) for each in await service.work(lambda: service.saved.versions(name))]}


@ROUTES.get("/{name}/versions/{version}", summary="A version of a scan")
async def version(name: Name, version: Version, service: Served) -> dict[str, Any]:
    """One version."""
    return shape(await service.work(lambda: service.saved.get(name, version)))


def shape(found: SavedRecord) -> dict[str, Any]:
    """A version as requests see it."""
    scan: Mapping[str, object] | None = found.definition
    facts = {"name": found.name, "version": found.version, "scan": scan, "note": found.note}
    return {**facts, "saved": found.saved.isoformat(), "by": found.by}


def _saved(name: str, body: SaveBody, service: Service, caller: Caller) -> SavedRecord:
    scan = scan_of(body.scan)
    bound(question(scan, None, service), caller.limits)
    return service.saved.save(name, scan, note=body.note, by=caller.name)
