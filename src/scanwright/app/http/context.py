"""The usual columns of any hits, and which of a run's hits are new, or gone, since the run before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from scanwright.app.context import UNITS, context
from scanwright.app.documents import plain
from scanwright.app.http.page_shapes import ContextBody
from scanwright.app.http.play import JSON, answer
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.whose import Meant, board_of, case_of, meant
from scanwright.app.keys import Caller
from scanwright.app.runs import stamp
from scanwright.model.run import RunRecord
from scanwright.store.records.database import Database

ROUTES = APIRouter(prefix="/v1/context", tags=["runs"])
LATEST = 200  # runs among which the one before is looked for
BESIDE = frozenset({"name", "title", "rank", "columns"})
"""What of a definition may differ in another run of the same scan."""


@ROUTES.post("", summary="The usual columns of hits", response_class=Response, responses={**JSON})
async def of_hits(body: ContextBody, service: Served, caller: Reader) -> Response:
    """Name, price, change, volume and so on of symbols: those named, else the run's hits, else what the scan finds.

    `bars_true` is on how many bars in a row the condition was true. Of a run, `fresh` are the hits that the last run of
    the same scan before it did not have, and `dropped` those of it that this one has not.
    """
    whose = await meant(body, service, caller, body.as_of)
    had = await hits_of(whose.run, service) if whose and whose.run else None
    return answer(await service.work(lambda: beside(body, whose, had, service, caller)))


async def hits_of(run: RunRecord, service: Service) -> list[str]:
    """The symbols that a run has by now, in the order of its ranking."""
    story = await service.shelf.told(run.id)
    return [each.symbol for each in (await service.states.of(run.id, story)).hits()] if story else []


def beside(
    body: ContextBody, whose: Meant | None, had: Sequence[str] | None, service: Service, caller: Caller
) -> dict[str, Any]:
    """The answer to a body; `had` are the hits of its run."""
    if whose is None:
        return {}
    _, case = case_of(whose.scan, None, service, caller)
    symbols = had if body.symbols is None else body.symbols
    board = board_of(case, service, whose.moment)
    frame, rows = context(service.market, board, symbols, whose.moment)
    whole = {
        "frame": frame,
        "columns": list(rows.names),
        "units": dict(UNITS),
        "rows": [list(each) for each in rows.rows],
    }
    return plain({**whole, **changed(whose.run, had or (), service.records)})


def changed(run: RunRecord | None, had: Sequence[str], records: Database) -> Mapping[str, Any]:
    """What a run has that the one before had not, and the other way round."""
    before = None if run is None else previous(run, records)
    if before is None:
        return {"previous": None, "fresh": [], "dropped": []}
    new, old = set(had), set(records.symbols(before.id))
    about = {"run": before.id, "ended": stamp(before.ended) if before.ended else None}
    return {"previous": about, "fresh": sorted(new - old), "dropped": sorted(old - new)}


def previous(run: RunRecord, records: Database) -> RunRecord | None:
    """The last finished run of the same scan before one; the ranking and the columns may differ."""
    own = _meaning(run)
    return next((each for each in records.before(run, LATEST) if _meaning(each) == own), None)


def _meaning(run: RunRecord) -> tuple[object, object]:
    return {key: value for key, value in run.definition.items() if key not in BESIDE}, run.asked.get("as_of")
