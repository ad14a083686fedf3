"""Runs: started, listed, looked at, continued, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from scanwright.app.http.asks import ask_of
from scanwright.app.http.limits import Place
from scanwright.app.http.problems import Refused
from scanwright.app.http.security import too_many
from scanwright.app.http.service import READS, RUNS, Runner, Served, Service
from scanwright.app.http.shapes import RunBody, RunShape, RunsShape
from scanwright.app.http.shelf import ask_again
from scanwright.app.keys import Caller
from scanwright.model.run import RunRecord

ROUTES = APIRouter(prefix="/v1/runs", tags=["runs"], dependencies=READS)
SOON = 2.0  # seconds after which another run may have ended


@ROUTES.post("", status_code=201, summary="Start a run")
async def start(body: RunBody, response: Response, service: Served, caller: Runner) -> RunShape:
    """Start a run. It is answered with its id at once; `links.events` tells what it finds as it finds it."""
    with await _room(service, caller) as place:
        ask = await service.work(lambda: ask_of(body, service, caller))
        record = await service.shelf.start(ask, place)
    service.metrics.runs.inc()
    response.headers["Location"] = f"/v1/runs/{record.id}"
    return shape(record)


@ROUTES.get("", summary="The latest runs")
async def latest(
    service: Served,
    most: Annotated[int, Query(ge=1, le=1000)] = 50,
    status: Literal["running", "finished", "interrupted"] | None = None,
) -> RunsShape:
    """The latest runs, the newest first."""
    found = await service.shelf.latest(most, status=status or "")
    return RunsShape(runs=[shape(each) for each in found])


@ROUTES.get("/{run}", summary="A run as it stands")
async def get(run: str, service: Served) -> RunShape:
    """A run as it stands, with its receipt when it is over."""
    return shape(await known(run, service))


@ROUTES.post("/{run}/continue", summary="Continue a run that was interrupted", status_code=202)
async def go_on(run: str, service: Served, caller: Runner) -> RunShape:
    """Continue a run whose process ended before it did: nothing is judged twice, and its events are numbered on."""
    with await _room(service, caller) as place:
        record = await known(run, service)
        ask = await service.work(lambda: ask_again(record, service.providers, service.url))
        return shape(await service.shelf.go_on(record, ask, place))


@ROUTES.delete("/{run}", summary="End a run", status_code=202, dependencies=RUNS)
async def cancel(run: str, service: Served) -> RunShape:
    """End a run that goes on; it tells a receipt of what it has done. One that is over stays as it is."""
    record = await known(run, service)
    await service.shelf.cancel(run)
    return shape(record)


async def known(run: str, service: Service) -> RunRecord:
    """The run of an id."""
    found = await service.shelf.get(run) if run.isalnum() and run.isascii() and len(run) <= 64 else None
    if found is None:
        raise Refused(404, "absent", "no run has this id", hint="GET /v1/runs lists them")
    return found


def shape(record: RunRecord) -> RunShape:
    """A run as requests see it."""
    asked: Mapping[str, Any] = record.asked
    return RunShape(
        id=record.id,
        status=record.status,
        started=record.started.isoformat(),
        ended=record.ended.isoformat() if record.ended else None,
        reason=record.reason,
        hits=record.hits,
        scan={**record.definition, **({"as_of": asked["as_of"]} if asked.get("as_of") else {})},
        order=str(asked.get("order", "")),
        stop=dict(asked.get("stop", {})),
        fresh=bool(asked.get("providers")),
        receipt=None if record.receipt is None else dict(record.receipt),
        links={name: f"/v1/runs/{record.id}{path}" for name, path in LINKS.items()},
    )


LINKS = {"self": "", "events": "/events", "socket": "/ws", "results": "/results"}


async def _room(service: Service, caller: Caller) -> Place:
    """A place for one more run of a caller."""
    place = await service.limiter.place("runs", caller)
    if place is None:
        raise too_many(f"more than {caller.limits.runs:,} runs at once", SOON)
    return place
