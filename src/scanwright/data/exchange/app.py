"""The exchange's HTTP interface, version 1; `docs/exchange.md` shows it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from scanwright.data.exchange import answers
from scanwright.data.exchange.actions import actions
from scanwright.data.exchange.answers import Json
from scanwright.data.exchange.asked import asked, names, of, page, seconds, within
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.book import Book
from scanwright.data.exchange.feed import Feed
from scanwright.data.exchange.gate import Gate
from scanwright.data.exchange.quoted import quotes
from scanwright.data.exchange.shelf import Part
from scanwright.data.exchange.stream import Stream
from scanwright.data.exchange.timeline import Timeline
from scanwright.model.clock import Clock
from scanwright.model.errors import ScanwrightError, SettingsError
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    import polars as pl


class Exchange:
    """A market that is served; `gate` is the ASGI application."""

    def __init__(self, book: Book, behaviour: Behaviour, timeline: Timeline, clock: Clock) -> None:
        """Serve a book as it is at the timeline's moment."""
        self._book, self._behaviour, self._timeline = book, behaviour, timeline
        works: dict[str, Callable[[Request], str]] = {
            "offers": self._offers,
            "symbols": self._symbols,
            "bars": self._bars,
            "day": self._day,
            "actions": self._actions,
            "events": self._events,
            "news": self._news,
            "facts": self._facts,
            "members": self._members,
            "chain": self._chain,
            "quotes": self._quotes,
            "trades": self._trades,
            "clock": self._clock,
            "behaviour": self._behaved,
        }
        routes: list[Route | WebSocketRoute] = [Route(f"/v1/{name}", _answering(work)) for name, work in works.items()]
        routes.append(Route("/v1/clock", _answering(self._set), methods=["PUT"]))
        stream = Stream(Feed(book, timeline, behaviour), behaviour, is_out=self._is_out)
        routes.append(WebSocketRoute("/v1/stream", stream.serve))
        self.gate = Gate(
            Starlette(routes=routes, exception_handlers={HTTPException: _elsewhere}), behaviour=behaviour, clock=clock
        )

    def _is_out(self) -> bool:
        return self.gate.is_out()

    def _offers(self, request: Request) -> str:
        del request
        facts = {
            "intervals": [each.value for each in self._book.intervals],
            "calendar": self._book.calendar,
            "most_symbols": self._behaviour.most_symbols,
            "requests_per_second": self._behaviour.rate,
            "edition": self._book.edition,
            "as_of": answers.moment(self._timeline.now()),
        }
        return answers.text(facts)

    def _symbols(self, request: Request) -> str:
        return self._table(self._book.listed(self._timeline.now()), request)

    def _bars(self, request: Request) -> str:
        interval, now = self._interval(request), self._timeline.now()
        wanted = self._some(request)
        first, last = (seconds(asked(request, name), name) for name in ("first", "last"))
        found = {name: self._book.part(name, interval, first, last, now) for name in wanted}
        gone = {name: self._book.names.renamed(name, now) for name, part in found.items() if part is None}
        more = {
            "unknown": [name for name, renamed in gone.items() if renamed is None],
            "renamed": {name: renamed for name, renamed in gone.items() if renamed is not None},
            "ended": dict(self._book.names.ended(wanted, now)),
            "forming": self._forming(wanted, interval, last, now),
        }
        return self._whole([each for each in found.values() if each is not None], interval, request, more)

    def _day(self, request: Request) -> str:
        parts = self._book.day(seconds(asked(request, "date"), "date"), self._timeline.now())
        return self._whole(parts, Interval.DAY, request, {})

    def _whole(self, parts: list[Part], interval: Interval, request: Request, more: Json) -> str:
        told = more | {"as_of": answers.moment(self._timeline.now())}
        return answers.bars(
            parts, interval, page=page(request), rows=self._behaviour.page_rows, short=_short(request), more=told
        )

    def _forming(self, wanted: list[str], interval: Interval, last: int, now: int) -> Json:
        """The bars that are still open, as rows."""
        open_ = (self._book.forming(name, interval, now) for name in wanted)
        found = [part for part in open_ if part is not None and part.ts[0] <= last]
        return {part.symbol: answers.row(part, 0, interval) for part in found}

    def _actions(self, request: Request) -> str:
        return self._table(within(actions(self._book, self._timeline.now()), request, "date"), request)

    def _events(self, request: Request) -> str:
        import polars as pl

        events, kinds = self._book.table("events", self._timeline.now()), request.query_params.get("kinds", "")
        if events is not None and kinds:
            events = events.filter(pl.col("kind").is_in(kinds.split(",")))
        return self._table(within(events, request, "ts"), request)

    def _news(self, request: Request) -> str:
        """News that became known after a moment."""
        import polars as pl

        events = of(self._book.table("events", self._timeline.now()), request)
        if events is not None:
            since = seconds(request.query_params.get("since", "1970-01-01"), "since")
            known = pl.col("known") > dt.datetime.fromtimestamp(since, dt.UTC)
            events = events.filter((pl.col("kind") == "news") & known).sort("known", "symbol")
        return self._table(events, request)

    def _facts(self, request: Request) -> str:
        return self._table(of(self._book.table("facts", self._timeline.now()), request), request)

    def _members(self, request: Request) -> str:
        return self._table(self._book.table("members", self._timeline.now()), request)

    def _chain(self, request: Request) -> str:
        return self._table(self._book.chain(asked(request, "underlying"), self._timeline.now()), request)

    def _quotes(self, request: Request) -> str:
        return self._table(quotes(self._book, names(request), self._timeline.now()), request)

    def _trades(self, request: Request) -> str:
        import polars as pl

        first, last = (seconds(asked(request, name), name) for name in ("first", "last"))
        found = self._book.trades(asked(request, "symbol"), first, last, self._timeline.now())
        if found is None:
            raise SettingsError(expected="a known symbol", found=repr(asked(request, "symbol")), todo="see /v1/symbols")
        rows = [(each.ts, each.price, each.size) for each in found]
        schema = {"ts": pl.Int64, "price": pl.Float64, "size": pl.Float64}
        return self._table(pl.DataFrame(rows, schema=schema, orient="row"), request)

    def _interval(self, request: Request) -> Interval:
        interval = Interval.read(asked(request, "interval"))
        if interval not in self._book.intervals:
            expected = f"an interval of {' '.join(self._book.intervals)}"
            raise SettingsError(expected=expected, found=interval.value, todo="see /v1/offers")
        return interval

    def _some(self, request: Request) -> list[str]:
        wanted = names(request)
        if len(wanted) > self._behaviour.most_symbols:
            expected = f"at most {self._behaviour.most_symbols} symbols"
            raise SettingsError(expected=expected, found=str(len(wanted)), todo="ask for fewer")
        return wanted

    def _table(self, frame: pl.DataFrame | None, request: Request) -> str:
        told = {"as_of": answers.moment(self._timeline.now())}
        rows = self._behaviour.page_rows
        return answers.table(frame, page=page(request), rows=rows, short=_short(request), more=told)

    def _clock(self, request: Request) -> str:
        del request
        return answers.text({"now": answers.moment(self._timeline.now()), "speed": self._timeline.speed})

    def _set(self, request: Request) -> str:
        self._timeline.set(seconds(asked(request, "now"), "now"))
        return self._clock(request)

    def _behaved(self, request: Request) -> str:
        del request
        settings = {name: value for name, value in dataclasses.asdict(self._behaviour).items() if name != "keys"}
        return answers.text({"behaviour": settings, "counts": dict(self.gate.counts)})


def _answering(work: Callable[[Request], str]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            found, status = work(request), 200
        except ScanwrightError as error:
            found, status = answers.text({"error": str(error), "code": error.code}), 400
        return Response(found, status, media_type="application/json")

    return answer


async def _elsewhere(request: Request, error: Exception) -> Response:
    """A path that is not there, or a method that it does not have, told as everything that is asked wrongly."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    found = f"expected a path of docs/exchange.md, found {request.method} {request.url.path}"
    return Response(answers.text({"error": found, "code": "settings"}), status, media_type="application/json")


def _short(request: Request) -> bool:
    return bool(getattr(request.state, "short", False))
