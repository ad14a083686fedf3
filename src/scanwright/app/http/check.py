"""Looking at a definition while it is written: what is wrong and where, what it costs, how often each term was true."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from scanwright.app.documents import explained_document
from scanwright.app.http.asks import Question, asked_scan, bound, question
from scanwright.app.http.problems import Refused, of_error
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.shapes import CheckBody
from scanwright.app.keys import Caller
from scanwright.app.meaning import meanings
from scanwright.app.wiring import catalogue
from scanwright.expr.nodes import Node
from scanwright.expr.places import places
from scanwright.expr.printer import show
from scanwright.expr.reader import read
from scanwright.model.errors import DataError, ExpressionError, SettingsError
from scanwright.scan.explain import explain
from scanwright.scan.judge import Case

ROUTES = APIRouter(prefix="/v1/check", tags=["questions"])
PARTS = ("where", "rank", "universe", "exclude")


@ROUTES.post("", summary="What is wrong with a definition, and what it costs")
async def check(body: CheckBody, service: Served, caller: Reader) -> dict[str, Any]:
    """Errors with their places, or the plan and how often each term was true. A wrong definition is a good question."""
    return await service.work(lambda: checked(body, service, caller))


def checked(body: CheckBody, service: Service, caller: Caller) -> dict[str, Any]:
    """The answer to a body."""
    try:
        scan, moment = asked_scan(body, service, caller)
        asked = question(scan, moment, service)
        case = bound(asked, caller.limits)
    except (ExpressionError, SettingsError, DataError) as error:
        return {"ok": False, "errors": [_wrong(error, service)]}
    except Refused as refused:
        return {"ok": False, "errors": [refused.document]}
    found: dict[str, Any] = {"ok": True, "errors": [], "definition": case.bound.shown(case.typing), "plan": plan(case)}
    found |= told(case)
    return found | ({"selectivity": selectivity(asked, service)} if body.selectivity and len(asked.panel.ts) else {})


def told(case: Case) -> Mapping[str, object]:
    """The condition in words, and where its terms and numbers stand in the text that was sent."""
    scan, typing, language = case.scan, case.typing, case.catalogue
    names: dict[str, Node] = {}
    for name, text in scan.define.items():
        names[name] = read(text, language, attributes=typing.fields, define=names, held=typing.held)
    spans, numbers = places(scan.where, language, names)
    texts = [show(each, language) for each in case.bound.terms]
    whole = zip(texts, spans, strict=False) if len(spans) == len(texts) else ((each, None) for each in texts)
    terms = [
        {"at": at, "text": text, "start": span and span.start, "end": span and span.end}
        for at, (text, span) in enumerate(whole)
    ]
    return {
        "canonical": show(case.bound.where, language),
        "words": list(meanings(case.bound.where, language)),
        "terms": terms,
        "numbers": [dataclasses.asdict(each) for each in numbers],
    }


def plan(case: Case) -> Mapping[str, object]:
    """What a scan takes to compute."""
    found = case.plan
    facts = {"hash": found.hash, "warmup": found.warmups["where"], "stages": found.levels}
    steps = len(found.steps) + len(found.barriers)
    return {**facts, "steps": steps, "state_bytes": 8 * found.state_rows, "warnings": case.warnings()}


def selectivity(asked: Question, service: Service) -> Mapping[str, object]:
    """How often each term was true over the market's past."""
    market = service.market
    found = explain(asked.scan, asked.panel, catalogue(), threads=market.threads, sets=asked.sets)
    return explained_document(found, market.worth(asked.scan, asked.panel, asked.moment))


def _wrong(error: ExpressionError | SettingsError | DataError, service: Service) -> Mapping[str, object]:
    """An error with the part of the definition that it is in."""
    document = of_error(error, service.hidden)
    if not isinstance(error, ExpressionError):
        return document
    notes = [str(each) for each in getattr(error, "__notes__", ())]
    part = notes[0].removeprefix("in ").partition(":")[0] if notes else "where"
    return document | {"part": part, "expected": error.facts.get("expected"), "found": error.facts.get("found")}
