"""The ready scans."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from scanwright.app.http.service import READS, Served
from scanwright.app.question import ready_text
from scanwright.app.records import definition_of
from scanwright.model.errors import Absent, SettingsError
from scanwright.scan.library import names, ready

ROUTES = APIRouter(prefix="/v1/library", tags=["library"], dependencies=READS)


@ROUTES.get("", summary="The ready scans")
async def all_of_them(service: Served) -> dict[str, Any]:
    """Every ready scan with its sentence and its definition."""
    return {"scans": await service.work(lambda: [shape(each) for each in names()])}


@ROUTES.get("/{name}", summary="A ready scan")
async def get(name: str) -> dict[str, Any]:
    """A ready scan and its file, as a person would copy it."""
    try:
        text = ready_text(name)
    except SettingsError as error:
        raise Absent(place="the library", expected=repr(name[:64]), found="none", todo=error.advice) from None
    return shape(name) | {"file": text}


def shape(name: str) -> dict[str, Any]:
    """A ready scan as requests see it."""
    scan = ready(name)
    definition = {key: value for key, value in definition_of(scan).items() if key not in {"name", "title"}}
    return {"name": name, "title": scan.title, "interval": scan.interval.value, "scan": definition}
