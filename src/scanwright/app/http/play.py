"""Playing with a scan: numbers moved, terms left out, past frames looked at, and answered while one watches."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from scanwright.app.documents import plain
from scanwright.app.http.asks import asked_scan
from scanwright.app.http.page_shapes import PlayBody, SelectivityBody
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.whose import board_of, case_of, lasts, while_asked
from scanwright.app.keys import Caller
from scanwright.app.question import date_or_time
from scanwright.app.rows import json_text
from scanwright.model.errors import SettingsError
from scanwright.scan.board import Board, Stop
from scanwright.scan.play import play, selectivity

ROUTES = APIRouter(prefix="/v1", tags=["questions"])
JSON = {200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "the answer"}}


@ROUTES.post("/play", summary="Play with a scan", response_class=Response, responses={**JSON})
async def play_with(body: PlayBody, request: Request, service: Served, caller: Reader) -> Response:
    """What a scan finds on a frame of the last year, how many it found on those before, and who failed by little.

    What was folded is kept: a level that is moved, a term that is left out and another frame fold nothing. Whoever
    leaves ends the work.
    """
    return answer(await while_asked(request, service, lambda stop: played(body, service, caller, stop)))


@ROUTES.post("/check/selectivity", summary="How often each term was true", response_class=Response, responses={**JSON})
async def how_often(body: SelectivityBody, request: Request, service: Served, caller: Reader) -> Response:
    """How often each term of a scan, and all together, were true over the last year; `never` where none matched."""
    return answer(await while_asked(request, service, lambda stop: counted(body, service, caller, stop)))


def played(body: PlayBody, service: Service, caller: Caller, stop: Stop) -> dict[str, Any]:
    """The answer to a play; the bars are those known now, whatever the frame."""
    begun = service.clock.monotonic()
    scan, moment = asked_scan(body, service, caller)
    as_of = lasts(date_or_time(body.as_of) if body.as_of else moment, scan.interval, service)
    _, case = case_of(scan, None, service, caller)
    board = board_of(case, service, as_of, stop)
    off = _left_out(body, board)
    found = play(board, off=off, as_of=as_of, sessions=body.sessions, near=body.near)
    terms = [
        {"at": at, "text": term.text, "off": at in off, "true_now": true, "known_now": known}
        for at, (term, (true, known)) in enumerate(zip(board.terms, found.now, strict=True))
    ]
    facts = {name: each for name, each in dataclasses.asdict(found).items() if name != "now"}
    return plain({**facts, "terms": terms, "seconds": service.clock.monotonic() - begun})


def counted(body: SelectivityBody, service: Service, caller: Caller, stop: Stop) -> dict[str, Any]:
    """How often each term was true over the last year."""
    scan, moment = asked_scan(body, service, caller)
    _, case = case_of(scan, moment, service, caller)
    found = selectivity(board_of(case, service, None, stop))
    counts = found.counts
    percent = 100 * counts.together / counts.judged if counts.judged else None
    terms = [
        {
            "at": at,
            "text": each.term,
            "true": each.true,
            "known": each.known,
            "percent": each.percent,
            "alone_missing": each.alone_missing,
        }
        for at, each in enumerate(found.terms)
    ]
    span = {"from": found.first, "to": found.last, "sessions": found.sessions, "symbols": found.symbols}
    together = {"true": counts.together, "known": counts.judged, "percent": percent}
    rest = {"per_session": counts.together / found.sessions, "never": found.never, "terms": terms}
    return plain({**span, "together": together, **rest, "verdict": found.verdict, "warnings": case.warnings()})


def answer(document: Mapping[str, object]) -> Response:
    """A document as a response."""
    return Response(json_text(document), media_type="application/json")


def _left_out(body: PlayBody, board: Board) -> list[int]:
    wrong = [each for each in body.off if each >= len(board.terms)]
    if wrong:
        expected = f"numbers of terms from 0 to {len(board.terms) - 1}"
        raise SettingsError(expected=expected, found=", ".join(map(str, wrong)), todo="POST /v1/check lists the terms")
    return sorted(set(body.off))
