"""Updates of the market from the server's provider: begun, watched, ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.sse import EventSourceResponse

from scanwright.app.documents import plain
from scanwright.app.http.page_shapes import UpdateBody
from scanwright.app.http.problems import of_error
from scanwright.app.http.service import READS, RUNS, Served, Service
from scanwright.app.http.streams import BEAT, RETRY, STREAM, framed
from scanwright.app.runs import stamp
from scanwright.app.update_report import update_document, update_sentence
from scanwright.app.updates import Update
from scanwright.app.updating import Wish
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval

ROUTES = APIRouter(prefix="/v1/data/updates", tags=["data"], dependencies=READS)
SHOWN = 200  # symbols that did not come, in a report


@ROUTES.get("", summary="Updates since the server began")
async def all_of_them(service: Served) -> dict[str, Any]:
    """Whom the server asks, nobody where it was started without one, and its updates, the latest first."""
    return {"provider": service.providers or None, "updates": [shape(each, service) for each in service.updates.all()]}


@ROUTES.post("", status_code=201, summary="Bring the market up to date", dependencies=RUNS)
async def start(body: UpdateBody, response: Response, service: Served) -> dict[str, Any]:
    """Begin an update; it is answered at once, and `links.events` tells how far it is. One goes on at a time."""
    if not service.providers:
        todo = "start the server with --provider"
        raise SettingsError(expected="somebody to ask", found="no provider at this server", todo=todo)
    wish = Wish(
        providers=service.providers,
        url=service.url,
        universe=_named(body.universe),
        interval=Interval.read(body.interval),
        deadline=body.deadline,
        only_bars=body.only_bars,
    )
    made = service.updates.start(wish, lambda update: told(update, service))
    response.headers["Location"] = f"/v1/data/updates/{made.id}"
    return shape(made, service)


@ROUTES.get("/{id}", summary="An update as it stands")
async def get(id: str, service: Served) -> dict[str, Any]:
    """How far it is, and what it came to when it is over."""
    return shape(service.updates.get(id), service)


@ROUTES.get("/{id}/events", summary="What an update tells", response_class=Response, responses={200: STREAM})
async def events(
    id: str,
    service: Served,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    last_event_id: Annotated[str | None, Header(pattern=r"^\d{1,16}$")] = None,
) -> EventSourceResponse:
    """`started`, `stage` as it goes on, and `finished` with the report, as server-sent events; `id` counts them."""
    update = service.updates.get(id)
    place = int(last_event_id) if last_event_id else after

    async def sent() -> AsyncGenerator[bytes]:
        seen = place
        yield RETRY
        while not (update.journal.is_closed and seen >= update.journal.last):
            batch = await update.journal.next(seen, patience=BEAT)
            seen = batch[-1].seq if batch else seen
            yield framed(batch)

    return EventSourceResponse(sent(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@ROUTES.delete("/{id}", status_code=202, summary="End an update", dependencies=RUNS)
async def end(id: str, service: Served) -> dict[str, Any]:
    """End an update: what has come is kept."""
    return shape(service.updates.end(id), service)


def shape(update: Update, service: Service) -> dict[str, Any]:
    """An update as requests see it."""
    wish = update.wish
    here = f"/v1/data/updates/{update.id}"
    facts = {"id": update.id, "status": update.status, "started": stamp(update.started)}
    asked = {"interval": str(wish.interval), "universe": wish.universe, "deadline": wish.deadline}
    counts = {"done": update.done, "total": update.total}
    ended = {"ended": stamp(update.ended) if update.ended else None}
    links = {"self": here, "events": f"{here}/events"}
    return {**facts, **ended, **asked, **counts, **outcome(update, service), "links": links}


def outcome(update: Update, service: Service) -> Mapping[str, Any]:
    """What an update came to, without the places of this machine; of those that did not come the first."""
    error = None if update.error is None else of_error(update.error, service.hidden)
    report = update.report
    if report is None:
        return {"report": None, "sentence": None, "error": error}
    found: Any = update_document(report)
    whole = plain({**found, "missed": found["missed"][:SHOWN], "market": service.market.name})
    return {"report": whole, "sentence": service.hidden(update_sentence(report)), "error": error}


def told(update: Update, service: Service) -> Mapping[str, object]:
    """The end of an update as its last event tells it."""
    is_whole = update.report is not None and not update.report.stopped and not update.report.is_failure
    reason = "cancelled" if update.is_cancelled else "complete" if is_whole else "failed"
    return {"reason": reason, **outcome(update, service)}


def _named(universe: str) -> str:
    """A universe of symbols, lists and indexes; with a comma at its end it is never taken for a file of the server."""
    return universe if universe.strip() == "all" else f"{universe.rstrip(', ')},"
