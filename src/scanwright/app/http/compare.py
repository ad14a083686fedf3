"""Two scans, versions or runs beside each other: now, and over the last year."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from scanwright.app.documents import plain
from scanwright.app.http.context import hits_of
from scanwright.app.http.page_shapes import CompareBody, Known
from scanwright.app.http.play import JSON, answer
from scanwright.app.http.problems import Refused
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.whose import Meant, board_of, case_of, meant, while_asked
from scanwright.app.keys import Caller
from scanwright.scan.against import against, differences, hits_at
from scanwright.scan.board import Board, Stop
from scanwright.scan.judge import day

ROUTES = APIRouter(prefix="/v1/compare", tags=["questions"])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two: what it is called, what it means, and the hits of its run, where it is one."""

    name: str
    version: int | None
    meant: Meant
    had: Sequence[str] | None


@ROUTES.post("", summary="What each of two has that the other has not", response_class=Response, responses={**JSON})
async def compare(body: CompareBody, request: Request, service: Served, caller: Reader) -> Response:
    """Two scans, two versions of one, or two runs: who is in both, and in one alone, now and session by session.

    A run has the hits that it had; a scan those that it finds now.
    """
    first, second = [await _side(each, service, caller) for each in (body.first, body.second)]
    return answer(
        await while_asked(
            request, service, lambda stop: compared((first, second), body.sessions, service, caller, stop)
        )
    )


def compared(sides: tuple[Side, Side], sessions: int, service: Service, caller: Caller, stop: Stop) -> dict[str, Any]:
    """The answer to a body."""
    boards = [_board(each.meant, service, caller, stop) for each in sides]
    year = against(boards[0], boards[1], sessions)
    one, two = (
        set(hits_at(board, side.meant.moment) if side.had is None else side.had)
        for side, board in zip(sides, boards, strict=True)
    )
    frame = day(boards[0].case.panel, int(boards[0].rows[-1]))
    now = {"frame": frame, "both": sorted(one & two), "first": sorted(one - two), "second": sorted(two - one)}
    counts = {"first": sum(year.first), "second": sum(year.second), "both": sum(year.both)}
    only = {name: getattr(year, name) for name in ("only_first", "only_second")}
    facts = {name: value for name, value in dataclasses.asdict(year).items() if name not in only}
    span = {"from": year.frames[0] if year.frames else "", "to": year.frames[-1] if year.frames else ""}
    told = {name: _told(side) for name, side in zip(("first", "second"), sides, strict=True)}
    return plain(
        {
            **told,
            "now": now,
            "year": {**span, **facts, "counts": {**counts, **only}},
            "differences": list(differences(sides[0].meant.scan, sides[1].meant.scan)),
        }
    )


async def _side(body: Known, service: Service, caller: Caller) -> Side:
    found = await meant(body, service, caller)
    if found is None:
        raise Refused(422, "request", "expected a scan or a run", hint="openapi.json says what this path takes")
    had = await hits_of(found.run, service) if found.run else None
    version = body.version
    if body.saved and version is None:
        version = (await service.work(lambda: service.saved.get(str(body.saved)))).version
    return Side(
        name=str(body.run or body.saved or body.library or found.scan.name), version=version, meant=found, had=had
    )


def _board(found: Meant, service: Service, caller: Caller, stop: Stop) -> Board:
    _, case = case_of(found.scan, None, service, caller)
    return board_of(case, service, found.moment, stop)


def _told(side: Side) -> dict[str, Any]:
    where = " ".join(side.meant.scan.where.split())
    return {"name": side.name, "version": side.version, "where": where, "run": side.meant.run and side.meant.run.id}
