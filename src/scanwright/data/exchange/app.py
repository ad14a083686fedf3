"""The exchange's HTTP interface, version 1; `docs/exchange.md` shows it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from scanwright.data.exchange import answers
from scanwright.data.exchange.answers import Json
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.book import Book, Part
from scanwright.data.exchange.gate import Gate
from scanwright.data.exchange.stream import Stream
from scanwright.data.exchange.timeline import Timeline
from scanwright.model.clock import Clock
from scanwright.model.errors import ScanwrightError, SettingsError
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    import polars as pl

MOST_AT_ONCE = 10_000


class Exchange:
    """A market that is served; `app` is the ASGI application."""

    def __init__(self, book: Book, behaviour: Behaviour, timeline: Timeline, clock: Clock) -> None:
        """Serve a book as it is at the timeline's moment."""
        self._book, self._behaviour, self._timeline = book, behaviour, timeline
        asked: dict[str, Callable[[Request], Json]] = {
            "offers": self._offers,
            "symbols": self._symbols,
            "bars": self._bars,
            "day": self._day,
            "actions": self._actions,
            "events": self._events,
            "facts": self._facts,
            "chain": self._chain,
            "quotes": self._quotes,
            "clock": self._clock,
            "behaviour": self._behaved,
        }
        routes = [Route(f"/v1/{name}", _answering(work)) for name, work in asked.items()]
        routes.append(Route("/v1/clock", _answering(self._set), methods=["PUT"]))
        stream = Stream(book, timeline, behaviour)
        routes_and_stream = [*routes, WebSocketRoute("/v1/stream", stream.serve)]
        self.gate = Gate(Starlette(routes=routes_and_stream), behaviour=behaviour, clock=clock)

    def _offers(self, request: Request) -> Json:
        del request
        return {
            "intervals": [each.value for each in self._book.intervals],
            "calendar": self._book.calendar,
            "most_symbols": self._behaviour.most_symbols,
            "requests_per_second": self._behaviour.rate,
        }

    def _symbols(self, request: Request) -> Json:
        import polars as pl

        known = sorted({symbol for each in self._book.intervals for symbol in self._book.symbols(each)})
        listed = pl.DataFrame({"symbol": known}, schema={"symbol": pl.String})
        table = self._book.table("symbols")
        if table is not None:
            listed = listed.join(table, on="symbol", how="left", maintain_order="left")
        if "listed" in listed.columns:
            today = dt.datetime.fromtimestamp(self._timeline.now(), dt.UTC).date()
            listed = listed.filter(pl.col("listed").is_null() | (pl.col("listed").cast(pl.Date) <= today))
        return self._table(listed, request)

    def _bars(self, request: Request) -> Json:
        interval, now = Interval.read(_asked(request, "interval")), self._timeline.now()
        names = _names(request)
        if len(names) > self._behaviour.most_symbols:
            expected = f"at most {self._behaviour.most_symbols} symbols"
            raise SettingsError(expected=expected, found=str(len(names)), todo="ask for fewer")
        first, last = (answers.seconds(_asked(request, name), name) for name in ("first", "last"))
        found = {name: self._book.part(name, interval, first, last, now) for name in names}
        parts = [each for each in found.values() if each is not None]
        return self._whole(parts, interval, request) | {
            "unknown": [name for name, part in found.items() if part is None],
            "ended": dict(self._book.ended_symbols(names, now)),
            "forming": self._forming(names, interval, last, now),
        }

    def _day(self, request: Request) -> Json:
        moment = answers.seconds(_asked(request, "date"), "date")
        now = self._timeline.now()
        every = (self._book.part(name, Interval.DAY, moment, moment, now) for name in self._book.symbols(Interval.DAY))
        return self._whole([each for each in every if each is not None and len(each.ts)], Interval.DAY, request)

    def _whole(self, parts: list[Part], interval: Interval, request: Request) -> Json:
        page = int(request.query_params.get("page", "0"))
        short = bool(getattr(request.state, "short", False))
        told = answers.bars(parts, interval, page=page, rows=self._behaviour.page_rows, short=short)
        return told | {"as_of": answers.stamp(self._timeline.now(), Interval.MINUTE)}

    def _forming(self, names: list[str], interval: Interval, last: int, now: int) -> Json:
        found = [part for name in names if (part := self._book.forming(name, interval, now)) and part.ts[0] <= last]
        return answers.bars(found, interval, page=0, rows=len(found), short=False)["bars"]

    def _actions(self, request: Request) -> Json:
        return self._table(_within(_actions(self._book), request, "date"), request)

    def _events(self, request: Request) -> Json:
        import polars as pl

        events = self._book.table("events")
        if events is not None:
            now = dt.datetime.fromtimestamp(self._timeline.now(), dt.UTC)
            events = events.filter(pl.col("known").is_null() | (pl.col("known") <= now))
            kinds = request.query_params.get("kinds", "")
            events = events.filter(pl.col("kind").is_in(kinds.split(","))) if kinds else events
        return self._table(_within(events, request, "ts"), request)

    def _facts(self, request: Request) -> Json:
        import polars as pl

        facts = self._book.table("facts")
        names = _names(request)
        if facts is not None and names:
            facts = facts.filter(pl.col("symbol").is_in(names))
        return self._table(facts, request)

    def _chain(self, request: Request) -> Json:
        import polars as pl

        chains = self._book.table("chains")
        asked = _asked(request, "underlying")
        return self._table(None if chains is None else chains.filter(pl.col("underlying") == asked), request)

    def _quotes(self, request: Request) -> Json:
        import polars as pl

        now = self._timeline.now()
        finest = self._book.intervals[0]
        rows: list[Json] = []
        for name in _names(request):
            part = self._book.part(name, finest, 0, now, now)
            if part is None or not len(part.ts):
                continue
            last, volume = float(part.values[-1, 3]), float(part.values[-1, 4])
            half = max(round(last * 0.0005, 2), 0.01) / 2
            quoted = answers.stamp(int(self._book.ended(finest, part.ts[-1:])[0]), Interval.MINUTE)
            sides = {"bid": round(last - half, 4), "ask": round(last + half, 4), "bid_size": 100.0, "ask_size": 100.0}
            rows.append({"symbol": name, "quoted": quoted, **sides, "last": last, "volume": volume})
        return self._table(pl.DataFrame(rows, infer_schema_length=None), request)

    def _table(self, frame: pl.DataFrame | None, request: Request) -> Json:
        page, short = int(request.query_params.get("page", "0")), bool(getattr(request.state, "short", False))
        told = answers.table(frame, page=page, rows=self._behaviour.page_rows, short=short)
        return told | {"as_of": answers.stamp(self._timeline.now(), Interval.MINUTE)}

    def _clock(self, request: Request) -> Json:
        del request
        return {"now": answers.stamp(self._timeline.now(), Interval.MINUTE), "speed": self._timeline.speed}

    def _set(self, request: Request) -> Json:
        self._timeline.set(answers.seconds(_asked(request, "now"), "now"))
        return self._clock(request)

    def _behaved(self, request: Request) -> Json:
        import dataclasses

        del request
        settings = {name: value for name, value in dataclasses.asdict(self._behaviour).items() if name != "keys"}
        return {"behaviour": settings, "counts": dict(self.gate.counts)}


def _answering(work: Callable[[Request], Json]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            found, status = work(request), 200
        except ScanwrightError as error:
            found, status = {"error": str(error), "code": error.code}, 400
        except ValueError as error:
            found, status = {"error": str(error), "code": "settings"}, 400
        return Response(json.dumps(found, separators=(",", ":")), status, media_type="application/json")

    return answer


def _asked(request: Request, name: str) -> str:
    if name not in request.query_params:
        raise SettingsError(expected=f"{name} in the query", found="none", todo="see docs/exchange.md")
    return request.query_params[name]


def _names(request: Request) -> list[str]:
    return [each for each in request.query_params.get("symbols", "").split(",") if each]


def _actions(book: Book) -> pl.DataFrame | None:
    """Splits, dividends, renames and delistings in one table."""
    import polars as pl

    empty = pl.lit(None, dtype=pl.String).alias("text")
    nothing = pl.lit(None, dtype=pl.Float64).alias("value")
    found: list[pl.DataFrame] = []
    for name, kind, value in (("splits", "split", "ratio"), ("dividends", "dividend", "amount")):
        if (table := book.table(name)) is not None:
            found.append(
                table.select("symbol", "date", pl.lit(kind).alias("kind"), pl.col(value).alias("value"), empty)
            )
    if (table := book.table("renames")) is not None:
        found.append(
            table.select("symbol", "date", pl.lit("rename").alias("kind"), nothing, pl.col("was").alias("text"))
        )
    table = book.table("symbols")
    if table is not None and "delisted" in table.columns:
        gone = table.filter(pl.col("delisted").is_not_null())
        date = pl.col("delisted").cast(pl.Date).alias("date")
        found.append(gone.select("symbol", date, pl.lit("delisted").alias("kind"), nothing, empty))
    return pl.concat(found).sort("date", "symbol") if found else None


def _within(frame: pl.DataFrame | None, request: Request, column: str) -> pl.DataFrame | None:
    """The rows between two dates, of some symbols."""
    import polars as pl

    if frame is None:
        return None
    day = pl.col(column).dt.date() if frame.schema[column] != pl.Date else pl.col(column)
    for name, keep in (("first", day.ge), ("last", day.le)):
        if name in request.query_params:
            date = answers.seconds(request.query_params[name], name)
            frame = frame.filter(keep(dt.datetime.fromtimestamp(date, dt.UTC).date()))
    names = _names(request)
    return frame.filter(pl.col("symbol").is_in(names)) if names else frame
