"""What a person marks symbols with: flags, dismissals, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from scanwright.app.http.page_shapes import MarkBody
from scanwright.app.http.service import Reader, Runner, Served, Service
from scanwright.app.keys import Caller
from scanwright.app.marks import DISMISSED, FLAGGED, Mark, Marks
from scanwright.app.runs import stamp
from scanwright.data.lists import entry_of

ROUTES = APIRouter(prefix="/v1/marks", tags=["lists"])


@ROUTES.get("", summary="Flags, dismissals and notes")
async def all_of_them(service: Served, caller: Reader) -> dict[str, Any]:
    """What whoever asks has marked; each key has its own. `list:flagged` and `list:dismissed` name them in a scan."""
    return await service.work(lambda: document(marks_of(service, caller)))


@ROUTES.put("", summary="Mark a symbol")
async def put(body: MarkBody, service: Served, caller: Runner) -> dict[str, Any]:
    """Flag, dismiss or note a symbol, or take that back; what is left out stays as it was."""
    return await service.work(lambda: marked(body, service, caller))


def marks_of(service: Service, caller: Caller) -> Marks:
    """The marks of whoever asks."""
    return Marks(market=service.market, notes=service.records.notes, person=caller.id)


def marked(body: MarkBody, service: Service, caller: Caller) -> dict[str, Any]:
    """A symbol as it is marked now."""
    found = marks_of(service, caller)
    mark = Mark(flagged=body.flagged, dismissed=body.dismissed, note=body.note)
    symbol = entry_of(body.symbol).symbol
    found.put(symbol, mark, service.clock.now().date().isoformat())
    return of_symbol(found, symbol)


def of_symbol(marks: Marks, symbol: str) -> dict[str, Any]:
    """What is marked of one symbol."""
    note = marks.noted().get(symbol)
    lists = {name: symbol in marks.listed(name) for name in (FLAGGED, DISMISSED)}
    return {"symbol": symbol, **lists, "note": None if note is None else note.text}


def document(marks: Marks) -> dict[str, Any]:
    """All of a person's marks."""
    notes: Mapping[str, Any] = {
        symbol: {"text": each.text, "changed": stamp(each.changed)} for symbol, each in marks.noted().items()
    }
    return {FLAGGED: list(marks.listed(FLAGGED)), DISMISSED: list(marks.listed(DISMISSED)), "notes": notes}
