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
    MembersWanted,
    Offers,
    PresentWanted,
    QuotesWanted,
    SymbolsWanted,
    Want,
)
from scanwright.data.providers._declared import Address, Count, Declared, Rate
from scanwright.data.providers._http import errors
from scanwright.data.providers._translated import hidden, made, of_status, translated
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, Refused, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.model.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    import polars as pl
    from httpx2 import AsyncClient, Response

NAME = "simulated"
PATHS: Mapping[type, str] = {
    SymbolsWanted: "symbols",
    ActionsWanted: "actions",
    EventsWanted: "events",
    FactsWanted: "facts",
    MembersWanted: "members",
    ChainWanted: "chain",
    QuotesWanted: "quotes",
}
"""Where each want is asked whose answer is a table of rows."""

COLUMNS: Mapping[type, str] = {
    SymbolsWanted: "symbol name kind exchange currency sector industry listed delisted",
    ActionsWanted: "symbol date kind value text",
    EventsWanted: "symbol kind ts known status timing headline",
    FactsWanted: "symbol fact known value",
    MembersWanted: "symbol list since until",
    ChainWanted: "underlying contract expiry strike right style bid ask last volume open_interest implied_volatility "
    "delta gamma theta vega quoted underlying_price",
    QuotesWanted: "symbol quoted bid ask bid_size ask_size last volume",
}
"""What each table has at least; the exchange may tell more."""

MOMENTS = {"ts", "known", "seen", "quoted", "taken"}
DATES = {"date", "listed", "delisted", "since", "until", "expiry"}
TEXTS = set(
    "symbol name kind exchange currency sector industry text status timing headline fact word list underlying contract "
    "right style deliverable implied_from greeks_from provider".split()
)
PATIENCE = 20.0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the exchange is; how fast it may be asked at most: less where it states a lower limit itself."""

    url: Address = ""
    key: Secret = NO_SECRET
    requests_per_second: Rate = 50.0
    at_once: Count = 32
    most_symbols: Count = 1
    dollars_per_request: float = 0.0


class Simulated:
    """A client of the exchange's version 1."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is connected before it is asked."""
        self._settings, self._clock = settings, clock
        self._client: AsyncClient | None = None
        self.costs = Costs(
            requests=settings.requests_per_second, at_once=settings.at_once, dollars=settings.dollars_per_request
        )
        self.offers = Offers(
            wants=frozenset({BarsWanted, DayWanted, PresentWanted, *PATHS}),
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
        if isinstance(want, PresentWanted):
            return await self._present()
        if type(want) not in PATHS:
            raise made(Refused, provider=NAME, asked=type(want).__name__, expected="a want it offers", found="another")
        return await self._table(want)

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

    async def _table(self, want: Want) -> Answer:
        path = PATHS[type(want)]
        pages = await self._pages(path, _query(want))
        rows = [row for page in pages for row in page["rows"]]
        self._complete(path, pages, len(rows))
        table = _typed(rows, COLUMNS[type(want)].split())
        return self._answer(table, pages, _absent(want, table))

    async def _present(self) -> Answer:
        import polars as pl

        said = await self._said("offers", {}, {"as_of", "edition"})
        self.costs = dataclasses.replace(self.costs, requests=self._allowed(said.get("requests_per_second")))
        return dataclasses.replace(self._answer(pl.DataFrame(), [said], {}), edition=str(said["edition"]))

    def _allowed(self, stated: object) -> float:
        """Requests a second: those of the settings, fewer where the exchange states so; 0 is no limit there."""
        own = self._settings.requests_per_second
        return min(own, float(stated)) if isinstance(stated, int | float) and stated > 0 else own

    async def _pages(self, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        pages = [await self._page(path, query)]
        while (following := pages[-1]["next"]) is not None:
            page = await self._page(path, {**query, "page": str(following)})
            if page["next"] is not None and page["next"] <= following:
                raise self._unreadable(path, "pages that go on", f"page {page['next']} after {following}")
            pages.append(page)
        return pages

    async def _page(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of an answer, checked as far as every page is alike."""
        return await self._said(path, query, {"count", "next", "as_of"})

    async def _said(self, path: str, query: Mapping[str, str], least: set[str]) -> dict[str, Any]:
        """What is said at a path: JSON that has some things at least."""
        with translated(errors(), provider=NAME, asked=path):
            response = await self._connected().get(f"/v1/{path}", params=dict(query))
            self._good(path, response)
            try:
                page = json.loads(response.content)
            except ValueError as error:
                raise self._unreadable(path, "JSON", response.text) from error
        if not isinstance(page, dict) or not least <= page.keys() or "error" in page:
            raise self._unreadable(path, f"an answer with {', '.join(sorted(least))}", response.text)
        return page  # pyright: ignore[reportUnknownVariableType] - JSON

    def _good(self, path: str, response: Response) -> None:
        error = of_status(
            response.status_code, response.headers.get, provider=NAME, asked=path, found=self._told(response.text)
        )
        if error is not None:
            raise error

    def _complete(self, path: str, pages: list[dict[str, Any]], found: int) -> None:
        if any(page["count"] != pages[0]["count"] for page in pages) or found != pages[0]["count"]:
            raise self._unreadable(path, f"{pages[0]['count']} rows, as the answer counts", f"{found}")

    def _unreadable(self, path: str, expected: str, found: str) -> ProviderError:
        return made(Unreadable, provider=NAME, asked=path, expected=expected, found=self._told(found))

    def _told(self, text: str) -> str:
        """The beginning of what was answered, without our key."""
        return hidden(text, self._settings.key)[:120]

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


def _query(want: Want) -> dict[str, str]:
    match want:
        case ActionsWanted() | EventsWanted():
            query = {"first": want.first.isoformat(), "last": want.last.isoformat(), "symbols": ",".join(want.symbols)}
            return query | ({"kinds": ",".join(want.kinds)} if isinstance(want, EventsWanted) else {})
        case ChainWanted():
            return {"underlying": want.underlying}
        case FactsWanted() | QuotesWanted():
            return {"symbols": ",".join(want.symbols)}
        case _:
            return {}


def _absent(want: Want, table: pl.DataFrame) -> dict[str, str]:
    """Who was asked for and is not in a table that has a row for each."""
    if isinstance(want, ChainWanted):
        return {want.underlying: "no options"} if table.is_empty() else {}
    if isinstance(want, QuotesWanted):
        told = set(table["symbol"].to_list())
        return {each: "unknown, or no trade" for each in want.symbols if each not in told}
    return {}


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


def _typed(rows: list[dict[str, Any]], least: list[str]) -> pl.DataFrame:
    """Rows under the types of their columns, with the columns that there are at least."""
    import polars as pl

    names = list(dict.fromkeys([*least, *(rows[0] if rows else ())]))
    written = {name: pl.String if name in MOMENTS | DATES | TEXTS else None for name in names}
    frame = pl.DataFrame(rows, schema=written, infer_schema_length=None)
    return frame.with_columns(_of_type(name, frame.schema[name]) for name in names)


def _of_type(name: str, kind: pl.DataType) -> pl.Expr:
    import polars as pl

    text = pl.col(name)
    if name in DATES:
        return text.str.slice(0, 10).str.to_date("%Y-%m-%d")
    if name in MOMENTS:
        return text.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms").dt.replace_time_zone("UTC")
    return text if kind == pl.String else text.cast(pl.Float64)


PROVIDER = Declared(
    name=NAME,
    title="the simulated exchange of `scanwright simulate`",
    settings=Settings,
    make=Simulated,
    errors=errors,
    needs=(("url",),),
)
