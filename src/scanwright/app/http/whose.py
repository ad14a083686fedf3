"""Which scan a body means where it may name a run: the scan that the run was asked, and its moment."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from fastapi import Request

from scanwright.app.http.asks import Question, asked_scan, bound, question
from scanwright.app.http.page_shapes import Whose
from scanwright.app.http.problems import Refused
from scanwright.app.http.runs import known
from scanwright.app.http.service import Service
from scanwright.app.http.shapes import Which
from scanwright.app.keys import Caller
from scanwright.app.question import date_or_time
from scanwright.model.errors import Cancelled, DataError
from scanwright.model.interval import Interval
from scanwright.model.run import RunRecord
from scanwright.scan.board import Board, Stop
from scanwright.scan.definition import Scan, of_table
from scanwright.scan.judge import Case
from scanwright.store.panel import moment_of

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Meant:
    """A scan, its moment, and the run that it is of, where it is of one."""

    scan: Scan
    moment: np.datetime64 | None
    run: RunRecord | None = None


async def meant(body: Whose, service: Service, caller: Caller, as_of: str | None = None) -> Meant | None:
    """What a body names, at another moment where one is given; nothing where it names nothing."""
    names = body.names()
    if not names:
        return None
    moment = date_or_time(as_of) if as_of else None
    if "run" in names:
        record = await known(str(names["run"]), service)
        own = record.asked.get("as_of")
        before = date_or_time(str(own)) if own else None
        definition = {key: value for key, value in record.definition.items() if key not in {"name", "title"}}
        scan = of_table(definition, str(record.definition.get("name", "")))
        return Meant(scan=scan, moment=lasts(moment or before, scan.interval, service), run=record)
    scan, before = await service.work(lambda: asked_scan(Which(**names), service, caller))
    return Meant(scan=scan, moment=lasts(moment or before, scan.interval, service))


def lasts(moment: np.datetime64 | None, interval: Interval, service: Service) -> np.datetime64 | None:
    """A moment as it is compared with the stamps of bars: among bars of less than a day a date stands for its end."""
    if moment is None or not interval.is_intraday:
        return moment
    return np.datetime64(moment_of(moment, service.market.stored.calendar), "s")


def board_of(case: Case, service: Service, as_of: np.datetime64 | None, stop: Stop = lambda: None) -> Board:
    """The board of a case up to its frame of now, or up to an earlier moment that lies before that board's rows."""
    row = case.row_of(None)
    if row < 0:
        raise DataError(expected="a frame to judge", found="a market without bars", todo="scanwright data update")
    market = service.market
    board = market.boards.of(case, row=row, threads=market.threads, stop=stop)
    if as_of is None or board.at(as_of) >= 0:
        return board
    row = case.row_of(as_of)
    if row < 0:
        todo = f"the market begins on {case.panel.ts[0].astype('M8[D]')}"
        raise DataError(expected=f"bars at {as_of} or before", found="none", todo=todo)
    return market.boards.of(case, row=row, threads=market.threads, stop=stop)


def case_of(scan: Scan, moment: np.datetime64 | None, service: Service, caller: Caller) -> tuple[Question, Case]:
    """A scan over the market's bars, no dearer than the caller may ask for."""
    asked = question(scan, moment, service)
    return asked, bound(asked, caller.limits)


async def while_asked(request: Request, service: Service, what: Callable[[Stop], T]) -> T:
    """Work on an answer for as long as somebody waits for it."""
    gone = threading.Event()

    def stop() -> None:
        if gone.is_set():
            raise Cancelled(done="a part", todo="ask again")

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watching = asyncio.create_task(left())
    try:
        return await service.work(lambda: what(stop))
    except Cancelled:
        raise Refused(408, "left", "nobody waits for the answer any more") from None
    finally:
        watching.cancel()
