"""What was learned of a scan: how likely its hits of now are to come good, and where and when it does well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, StringConstraints, model_validator
from starlette.responses import Response

from scanwright.app.http.page_shapes import Whose
from scanwright.app.http.play import JSON, answer
from scanwright.app.http.problems import Refused
from scanwright.app.http.service import Reader, Served, Service
from scanwright.app.http.shapes import Count, Expression, Moment, ScanBody, Shape, Word
from scanwright.app.http.whose import case_of, meant
from scanwright.app.keys import Caller
from scanwright.app.learning import drifted, odds_now
from scanwright.app.lessons import lesson_document, odds_rows, pattern_objects
from scanwright.app.patterns import patterns_of
from scanwright.app.studies import Study, bare
from scanwright.model.rule import MOST_BARS, Costs, Rule, level

ROUTES = APIRouter(prefix="/v1", tags=["learning"])
Distance = Annotated[str, StringConstraints(max_length=16)]
Percent = Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]


class LessonQuery(Shape):
    """A scan by exactly one of library, saved, run and where, and the rule by which its hits are traded.

    target and stop: as 2atr, 5% or none. least: a hit came good above so many percent after costs. spread, fee and
    borrow: in percent.
    """

    model_config = ConfigDict(strict=False)  # a query is texts

    library: Word | None = None
    saved: Word | None = None
    version: Count | None = None
    run: Word | None = None
    where: Expression | None = None
    universe: Expression = "all"
    exclude: Expression = ""
    interval: Annotated[str, StringConstraints(max_length=8)] = "1d"
    as_of: Moment | None = None
    bars: Annotated[int, Field(ge=1, le=MOST_BARS)] = 10
    target: Distance = "2atr"
    stop: Distance = "1atr"
    side: Literal["long", "short"] = "long"
    least: Annotated[float, Field(gt=-1e6, lt=1e6, allow_inf_nan=False)] = 0.0
    spread: Percent = Costs().spread
    fee: Percent = Costs().fee
    borrow: Percent = Costs().borrow
    dollars: Annotated[float, Field(ge=0, lt=1e15, allow_inf_nan=False)] = Costs().dollars

    @model_validator(mode="after")
    def one(self) -> LessonQuery:
        """Refuse none and several."""
        given = [name for name in ("library", "saved", "run", "where") if getattr(self, name) is not None]
        if len(given) != 1:
            message = f"expected one of library, saved, run and where, found {' and '.join(given) or 'none'}"
            raise ValueError(message)
        if self.version is not None and self.saved is None:
            message = "a version is of a saved scan"
            raise ValueError(message)
        return self

    def rule(self) -> Rule:
        """The rule."""
        costs = Costs(spread=self.spread, fee=self.fee, borrow=self.borrow, dollars=self.dollars)
        target, stop = level(self.target), level(self.stop)
        return Rule(bars=self.bars, target=target, stop=stop, side=self.side, costs=costs, least=self.least)

    def whose(self) -> Whose:
        """Which scan."""
        scan = None
        if self.where is not None:
            scan = ScanBody(where=self.where, universe=self.universe, exclude=self.exclude, interval=self.interval)
        return Whose(scan=scan, library=self.library, saved=self.saved, version=self.version, run=self.run)


Asked = Annotated[LessonQuery, Query()]


@ROUTES.get("/odds", summary="How likely the hits of now are to come good", response_class=Response, responses={**JSON})
async def odds(asked: Asked, service: Served, caller: Reader) -> Response:
    """Each hit's chance, its expected return and the evidence, by what `scanwright learn` has learned; 404 before that.

    `chance`, `mean` and `spread` say how each was judged out of sample, with the bins of the reliability diagram;
    `drift` what has changed since.
    """
    return await _worked(asked, service, caller, _odds)


@ROUTES.get("/patterns", summary="Where and when a scan does well", response_class=Response, responses={**JSON})
async def patterns(asked: Asked, service: Served, caller: Reader) -> Response:
    """Past hits by sector, weekday, month, hour and market state; cells without enough evidence are `grey`."""
    return await _worked(asked, service, caller, _patterns)


async def _worked(
    asked: LessonQuery, service: Service, caller: Caller, what: Callable[[Study, Service], Mapping[str, Any]]
) -> Response:
    """What is asked of a scan's past under a rule."""
    found = await meant(asked.whose(), service, caller, asked.as_of)
    if found is None:  # one is named, which the query has looked at
        raise Refused(422, "invalid", "expected a scan, found none")
    rule = asked.rule()

    def made() -> Response:
        scan = bare(found.scan)
        question, _ = case_of(scan, found.moment, service, caller)
        study = Study.of(scan, rule, service.market, question.panel, question.sets)
        about = {"scan": study.past.scan, "rule": dataclasses.asdict(rule), "words": rule.words}
        return answer({**about, "costs": rule.costs.words(rule.side), **what(study, service)})

    return await service.work(made)


def _odds(study: Study, service: Service) -> Mapping[str, Any]:
    found = odds_now(study, service.market)
    rows = odds_rows(found, study)
    lesson = lesson_document(found.lesson, drifted(found.lesson, study))
    return {"frame": found.frame, "columns": list(rows.names), "rows": [list(each) for each in rows.rows], **lesson}


def _patterns(study: Study, _: Service) -> Mapping[str, Any]:
    found = patterns_of(study)
    return {"episodes": int(study.over.sum()), "cells": pattern_objects(found.cells), "notes": list(found.notes)}
