"""The simulated exchange (`scanwright simulate`), asked as any other provider over a real socket."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.data.ports import (
    ActionsWanted,
    Answer,
    BarsWanted,
    ChainWanted,
    Costs,
    DayWanted,
    EventsWanted,
    FactsWanted,
    Offers,
    QuotesWanted,
    SymbolsWanted,
    Want,
)
from scanwright.data.providers._declared import Declared
from scanwright.data.providers._translated import made, of_status, translated
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.model.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    import polars as pl
    from httpx2 import AsyncClient, Response

NAME = "simulated"
EVERYTHING = frozenset(
    {BarsWanted, DayWanted, SymbolsWanted, ActionsWanted, EventsWanted, FactsWanted, ChainWanted, QuotesWanted}
)
MOMENTS = {"ts", "known", "seen", "quoted"}
DATES = {"date", "listed", "delisted", "since", "until", "expiry"}
PATIENCE = 20.0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the exchange is; how fast it may be asked, where it sets no limit itself."""

    url: str = ""
    key: Secret = NO_SECRET
    requests_per_second: float = 50.0
    at_once: int = 16
    most_symbols: int = 1


class Simulated:
    """A client of the exchange's version 1."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is connected before it is asked."""
        if not settings.url:
            raise made(
                Refused, provider=NAME, asked="anything", expected="the address of the exchange", found="none in --url"
            )
        self._settings, self._clock = settings, clock
        self._client: AsyncClient | None = None
        self.costs = Costs(requests=settings.requests_per_second, at_once=settings.at_once)
        self.offers = Offers(
            wants=EVERYTHING,
            intervals=dict.fromkeys(Interval),
            most_symbols=settings.most_symbols,
            events=("earnings", "dividend", "split", "filing", "news"),
            delayed=dt.timedelta(0),
        )

    async def ask(self, want: Want) -> Answer:
        """Answer whole, every page of it."""
        if isinstance(want, BarsWanted):
            ends = {"first": _stamp(want.first, want.interval), "last": _stamp(want.last, want.interval)}
            query = {"symbols": ",".join(want.symbols), "interval": want.interval.value, **ends}
            return await self._bars("bars", query, want.interval, want.symbols)
        if isinstance(want, DayWanted):
            return await self._bars("day", {"date": want.date.isoformat()}, Interval.DAY, ())
        path, query = _question(want)
        return await self._table(path, query)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _bars(self, path: str, query: Mapping[str, str], interval: Interval, symbols: tuple[str, ...]) -> Answer:
        pages = await self._pages(path, query)
        frames = [_frame(symbol, columns, interval) for page in pages for symbol, columns in page["bars"].items()]
        found = sum(len(frame) for frame in frames)
        self._complete(path, pages, found)
        last = pages[-1]
        forming = [_frame(symbol, _columns(row), interval) for symbol, row in last.get("forming", {}).items()]
        known = {symbol for page in pages for symbol in (*page["bars"], *page.get("forming", {}))}
        absent = dict.fromkeys(last.get("unknown", ()), "unknown")
        absent |= {each: f"renamed {told}" for each, told in last.get("renamed", {}).items()}
        absent |= {each: f"delisted {date}" for each, date in last.get("ended", {}).items() if each not in known}
        absent |= {each: "no trade" for each in symbols if each not in known and each not in absent}
        return self._answer(_together([*frames, *forming], interval), pages, absent)

    async def _table(self, path: str, query: Mapping[str, str]) -> Answer:
        import polars as pl

        pages = await self._pages(path, query)
        rows = [row for page in pages for row in page["rows"]]
        self._complete(path, pages, len(rows))
        frame = pl.DataFrame(rows, infer_schema_length=None)
        typed = [_typed(name) for name in frame.columns if name in MOMENTS | DATES]
        return self._answer(frame.with_columns(typed), pages, {})

    async def _pages(self, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        pages = [await self._page(path, query)]
        while (following := pages[-1]["next"]) is not None:
            page = await self._page(path, {**query, "page": str(following)})
            if page["next"] is not None and page["next"] <= following:
                raise self._unreadable(path, "pages that go on", f"page {page['next']} after {following}")
            pages.append(page)
        return pages

    async def _page(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of an answer, read and checked as far as every page is alike."""
        with translated(errors(), provider=NAME, asked=path):
            response = await self._connected().get(f"/v1/{path}", params=dict(query))
            self._good(path, response)
            try:
                page = json.loads(response.content)
            except ValueError as error:
                raise self._unreadable(path, "JSON", f"{response.content[:40]!r}") from error
        if not isinstance(page, dict) or not {"count", "next", "as_of"} <= page.keys() or "error" in page:
            raise self._unreadable(path, "an answer with count, next and as_of", f"{response.content[:80]!r}")
        return page  # pyright: ignore[reportUnknownVariableType] - JSON

    def _good(self, path: str, response: Response) -> None:
        error = of_status(
            response.status_code, response.headers.get, provider=NAME, asked=path, found=response.text[:120]
        )
        if error is not None:
            raise error

    def _complete(self, path: str, pages: list[dict[str, Any]], found: int) -> None:
        if any(page["count"] != pages[0]["count"] for page in pages) or found != pages[0]["count"]:
            raise self._unreadable(path, f"{pages[0]['count']} rows, as the answer counts", f"{found}")

    def _unreadable(self, path: str, expected: str, found: str) -> ProviderError:
        return made(Unreadable, provider=NAME, asked=path, expected=expected, found=found)

    def _answer(self, table: pl.DataFrame, pages: list[dict[str, Any]], absent: Mapping[str, str]) -> Answer:
        as_of = dt.datetime.fromisoformat(pages[-1]["as_of"])
        return Answer(
            table=table,
            provider=NAME,
            asked_at=self._clock.now(),
            as_of=as_of,
            delayed=dt.timedelta(0),
            absent=absent,
            requests=len(pages),
        )

    def _connected(self) -> AsyncClient:
        if self._client is None:
            import httpx2

            key = self._settings.key.reveal()
            limits = httpx2.Limits(max_connections=self._settings.at_once + 4)
            headers = {"X-API-Key": key} if key else {}
            self._client = httpx2.AsyncClient(
                base_url=self._settings.url, headers=headers, timeout=PATIENCE, limits=limits
            )
        return self._client


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What the HTTP client raises, as our errors."""
    import httpx2

    return {
        httpx2.HTTPError: Unavailable,
        httpx2.RequestError: Unavailable,
        httpx2.TransportError: Unavailable,
        httpx2.DecodingError: Unreadable,
        httpx2.TooManyRedirects: Unreadable,
        httpx2.HTTPStatusError: Unavailable,
        httpx2.InvalidURL: Refused,
        httpx2.UnsupportedProtocol: Refused,
        httpx2.LocalProtocolError: Refused,
        httpx2.CookieConflict: Refused,
        httpx2.StreamError: Unreadable,
        httpx2.RemoteProtocolError: Unreadable,
    }


def _question(want: Want) -> tuple[str, dict[str, str]]:
    """The path and the query of a want whose answer is a table."""
    match want:
        case SymbolsWanted():
            return "symbols", {}
        case ActionsWanted() | EventsWanted():
            query = {"first": want.first.isoformat(), "last": want.last.isoformat(), "symbols": ",".join(want.symbols)}
            more = {"kinds": ",".join(want.kinds)} if isinstance(want, EventsWanted) else {}
            return ("events" if more else "actions"), query | more
        case ChainWanted():
            return "chain", {"underlying": want.underlying}
        case FactsWanted() | QuotesWanted():
            return ("facts" if isinstance(want, FactsWanted) else "quotes"), {"symbols": ",".join(want.symbols)}
        case _:
            raise made(Refused, provider=NAME, asked=type(want).__name__, expected="a want it offers", found="another")


def _stamp(moment: np.datetime64, interval: Interval) -> str:
    return f"{moment.astype('M8[s]')}Z" if interval.is_intraday else str(moment.astype("M8[D]"))


def _frame(symbol: str, columns: Mapping[str, list[Any]], interval: Interval) -> pl.DataFrame:
    import polars as pl

    frame = pl.DataFrame({"ts": columns["ts"], **{name: columns[name] for name in FIELDS}}, strict=False)
    return frame.select(
        pl.lit(symbol).alias("symbol"),
        _ends(interval),
        *(pl.col(name).cast(pl.Float64) for name in FIELDS),
    )


def _ends(interval: Interval) -> pl.Expr:
    import polars as pl

    if interval.is_intraday:
        return pl.col("ts").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms").dt.replace_time_zone("UTC")
    return pl.col("ts").str.to_date("%Y-%m-%d")


def _columns(row: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [value] for name, value in row.items()}


def _together(frames: list[pl.DataFrame], interval: Interval) -> pl.DataFrame:
    import polars as pl

    if frames:
        return pl.concat(frames)
    kind = pl.Datetime("ms", "UTC") if interval.is_intraday else pl.Date
    return pl.DataFrame(schema={"symbol": pl.String, "ts": kind, **dict.fromkeys(FIELDS, pl.Float64)})


def _typed(name: str) -> pl.Expr:
    import polars as pl

    text = pl.col(name).cast(pl.String)
    if name in DATES:
        return text.str.slice(0, 10).str.to_date("%Y-%m-%d")
    return text.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms").dt.replace_time_zone("UTC")


PROVIDER = Declared(
    name=NAME,
    title="the simulated exchange of `scanwright simulate`",
    settings=Settings,
    make=Simulated,
    errors=errors,
)
