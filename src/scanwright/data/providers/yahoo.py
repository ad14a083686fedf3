"""Yahoo Finance through yfinance: bars, splits, dividends, earnings, news, quotes, figures, option chains; no key.

Yahoo promises nothing and states no limits; what it gives is for personal use. Bars come adjusted for splits and are
put back as traded by Yahoo's own splits; errors of its prices (a factor of 100, a misplaced split) are left to
`data check`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
import zoneinfo
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from scanwright.data.ports import (
    ActionsWanted,
    Answer,
    BarsWanted,
    ChainWanted,
    Costs,
    EventsWanted,
    FactsWanted,
    Offers,
    QuotesWanted,
    Want,
)
from scanwright.data.providers import _yahoo_answers as answers
from scanwright.data.providers._declared import Address, Count, Declared, Rate
from scanwright.data.providers._tables import table
from scanwright.data.providers._threads import Threads
from scanwright.data.providers._tickers import to_yahoo
from scanwright.data.providers._translated import made, not_offered, of_status, understood
from scanwright.data.providers._yahoo_answers import Chart, Missing, Row
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    import polars as pl

    from scanwright.data.providers._yahoo_session import Client

NAME = "yahoo"
QUERY = "https://query2.finance.yahoo.com"
QUOTES = "https://query1.finance.yahoo.com/v7/finance/quote"
REPORTED = "https://query1.finance.yahoo.com/v1/finance/visualization"
NEWS = "https://finance.yahoo.com/xhr/ncp"
MOST_QUOTES = 50
MOST_NEWS = 100
MOST_REPORTS = 100
MINUTES_AT_ONCE = 7 * 86_400  # seconds of bars of a minute in one answer

Found = tuple["pl.DataFrame", dict[str, str]]
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How fast Yahoo is asked: it states no limit, and answers 429 above about this.

    url: a scheme and host that stand in for all of Yahoo's.
    """

    url: Address = ""
    requests_per_minute: Rate = 60.0
    at_once: Count = 2
    patience_seconds: Rate = 30.0


class Yahoo:
    """What Yahoo has, in the words of the port."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is loaded or connected before it is asked."""
        self._settings, self._clock = settings, clock
        self._client: Client | None = None
        self._lock = asyncio.Lock()
        self._answering: Mapping[type, Callable[[Any, list[int]], Awaitable[Found]]] = {
            BarsWanted: self._bars,
            ActionsWanted: self._actions,
            EventsWanted: self._events,
            ChainWanted: self._chain,
            QuotesWanted: self._quotes,
            FactsWanted: self._facts,
        }
        self.offers = Offers(
            wants=frozenset(self._answering), intervals=answers.SPANS, events=("earnings", "dividend", "split", "news")
        )
        self.costs = Costs(
            requests=settings.requests_per_minute, seconds=60.0, at_once=settings.at_once, paced=True, further=2.0
        )
        self._threads = Threads(NAME, self.costs, errors, seconds=settings.patience_seconds * 4)

    async def ask(self, want: Want) -> Answer:
        """Answer whole, every page of it."""
        if type(want) not in self._answering:
            raise not_offered(NAME, want)
        counted: list[int] = []
        with understood(NAME, type(want).__name__):
            found, absent = await self._answering[type(want)](want, counted)
        now = self._clock.now()
        return Answer(table=found, provider=NAME, asked_at=now, as_of=now, absent=absent, requests=sum(counted))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    # --- bars and actions

    async def _bars(self, want: BarsWanted, counted: list[int]) -> Found:
        import polars as pl

        self._reached(want)
        frames: list[pl.DataFrame] = []
        absent: dict[str, str] = {}
        for symbol in want.symbols:
            asked = f"bars of {symbol}"
            try:
                charts = [
                    await self._chart(symbol, want.interval, first, last, asked, counted)
                    for first, last in self._windows(want)
                ]
            except Missing as missing:
                absent[symbol] = str(missing)
                continue
            splits = {date: ratio for each in charts for date, ratio in each.splits.items()}
            parts = [answers.bars(each, splits, symbol, want, asked) for each in charts]
            frame = pl.concat(parts).unique("ts", keep="last", maintain_order=True)
            if frame.is_empty():
                absent[symbol] = _why_none(charts[-1], want, asked)
            frames.append(frame)
        kind = pl.Datetime("ms", "UTC") if want.interval.is_intraday else pl.Date
        empty = pl.DataFrame(schema={"symbol": pl.String, "ts": kind, **dict.fromkeys(answers.FIELDS, pl.Float64)})
        return pl.concat([empty, *frames]), absent

    def _reached(self, want: BarsWanted) -> None:
        """Refuse bars that Yahoo does not have, or no longer."""
        if want.interval not in answers.SPANS:
            expected = f"bars of {' '.join(answers.SPANS)}"
            raise made(Refused, provider=NAME, asked="bars", expected=expected, found=want.interval.value)
        days = answers.SPANS[want.interval]
        earliest = self._clock.now().date() - dt.timedelta(days=days or 0)
        if days is not None and want.first.astype("M8[D]").item() < earliest:
            expected = f"bars of {want.interval} from {earliest} on"
            raise made(Refused, provider=NAME, asked="bars", expected=expected, found=f"from {want.first}")

    def _windows(self, want: BarsWanted) -> list[tuple[int, int]]:
        """From when to when each request reaches, in seconds: up to now, so that every later split comes with them.

        Minutes come a week at a time.
        """
        first = int(want.first.astype("M8[s]").astype(np.int64))
        first -= want.interval.seconds  # a stamp is a bar's end; of a day it is New York's date, which begins later
        until = int(self._clock.now().timestamp()) + 60
        if want.interval is not Interval.MINUTE:
            return [(first, max(until, first + 60))]
        starts = range(first, max(until, first + 1), MINUTES_AT_ONCE)
        return [(start, min(start + MINUTES_AT_ONCE, until)) for start in starts]

    async def _chart(
        self, symbol: str, interval: Interval, first: int, last: int, asked: str, counted: list[int]
    ) -> Chart:
        ticker = to_yahoo(symbol)
        params = {
            "period1": str(first),
            "period2": str(last),
            "interval": interval.value,
            "events": "div,splits,capitalGains",
            "includePrePost": "false",
        }
        page = await self._page(f"{QUERY}/v8/finance/chart/{ticker}", params, asked, counted)
        found = answers.chart(page, ticker, interval, asked)
        if not interval.is_intraday:
            answers.reaches_the_present(found, asked)
        return found

    async def _actions(self, want: ActionsWanted, counted: list[int]) -> Found:
        rows, absent = await self._each(_some(want.symbols, "actions"), want, self._actions_of, counted)
        return table(ActionsWanted, rows), absent

    async def _actions_of(self, symbol: str, want: ActionsWanted | EventsWanted, counted: list[int]) -> list[Row]:
        first = int(dt.datetime.combine(want.first, dt.time(), dt.UTC).timestamp()) - 86_400
        until = max(int(self._clock.now().timestamp()), first) + 60
        found = await self._chart(symbol, Interval.DAY, first, until, f"actions of {symbol}", counted)
        return list(answers.actions(found, symbol, want.first, want.last))

    # --- events

    async def _events(self, want: EventsWanted, counted: list[int]) -> Found:
        import polars as pl

        if unknown := [kind for kind in want.kinds if kind not in self.offers.events]:
            expected = f"events of {' '.join(self.offers.events)}"
            raise made(Refused, provider=NAME, asked="events", expected=expected, found=unknown[0])
        rows, absent = await self._each(_some(want.symbols, "events"), want, self._events_of, counted)
        figures = [{"eps": row.get("eps"), "eps_estimate": row.get("eps_estimate")} for row in rows]
        numbers = pl.DataFrame(figures, schema={"eps": pl.Float64, "eps_estimate": pl.Float64}, strict=False)
        return table(EventsWanted, rows).hstack(numbers), absent

    async def _events_of(self, symbol: str, want: EventsWanted, counted: list[int]) -> list[Row]:
        rows: list[Row] = []
        if "earnings" in want.kinds:
            rows += await self._earnings(symbol, counted)
        if "news" in want.kinds:
            rows += await self._news(symbol, want, counted)
        found = [row for row in rows if want.first <= row["ts"].date() <= want.last]
        if {"dividend", "split"} & set(want.kinds):
            actions = await self._actions_of(symbol, want, counted)
            found += [_event(row) for row in actions if row["kind"] in want.kinds]
        return found

    async def _earnings(self, symbol: str, counted: list[int]) -> list[Row]:
        asked, ticker = f"earnings of {symbol}", to_yahoo(symbol)
        modules: Row = {}
        try:
            modules = await self._modules(symbol, ("calendarEvents",), asked, counted)
        except Missing as missing:
            if str(missing) == "unknown":
                raise
        body = {
            "size": MOST_REPORTS,
            "query": {"operator": "eq", "operands": ["ticker", ticker]},
            "sortField": "startdatetime",
            "sortType": "DESC",
            "entityIdType": "earnings",
            "includeFields": ["startdatetime", "epsestimate", "epsactual", "eventtype"],
        }
        page = await self._page(REPORTED, {"lang": "en-US", "region": "US"}, asked, counted, body)
        coming = answers.coming(modules, symbol)
        reported = list(answers.reported(page, symbol, asked))
        known = {row["ts"].date() for row in reported}
        return [*reported, *(row for row in coming if row["ts"].date() not in known)]

    async def _news(self, symbol: str, want: EventsWanted, counted: list[int]) -> list[Row]:
        asked = f"news of {symbol}"
        body = {"serviceConfig": {"snippetCount": MOST_NEWS, "s": [to_yahoo(symbol)]}}
        params = {"queryRef": "latestNews", "serviceKey": "ncp_fin"}
        rows = list(answers.news(await self._page(NEWS, params, asked, counted, body), symbol, asked))
        oldest = min((row["ts"].date() for row in rows), default=want.first)
        if len(rows) >= MOST_NEWS and oldest > want.first:
            expected = f"a day from {oldest} on: only the newest {MOST_NEWS} are told"
            raise made(Refused, provider=NAME, asked=asked, expected=expected, found=str(want.first))
        return rows

    # --- chains, quotes, figures

    async def _chain(self, want: ChainWanted, counted: list[int]) -> Found:
        asked = f"the chain of {want.underlying}"
        url = f"{QUERY}/v7/finance/options/{to_yahoo(want.underlying)}"
        try:
            first = await self._expiry(url, None, asked, counted)
        except Missing:
            return table(ChainWanted, []), {want.underlying: "unknown"}
        expiries = [int(each) for each in answers.every(first, "expirationDates")]
        rows: list[Row] = []
        for at, expiry in enumerate(expiries):
            page = first if at == 0 else await self._expiry(url, expiry, asked, counted)
            options = answers.every(page, "options")
            told = options[0].get("expirationDate") if options else None
            if told != expiry:
                raise answers.unreadable(asked, f"contracts that expire at {expiry}", f"{told}")
            date = dt.datetime.fromtimestamp(expiry, tz=dt.UTC).date()
            rows += answers.contracts(options[0], answers.part(page, "quote"), want.underlying, date)
        if expiries and not rows:
            raise answers.unreadable(asked, f"contracts of {len(expiries)} expiries", "none")
        return table(ChainWanted, rows), {} if rows else {want.underlying: "no options"}

    async def _expiry(self, url: str, expiry: int | None, asked: str, counted: list[int]) -> Row:
        params = {} if expiry is None else {"date": str(expiry)}
        box = answers.result(await self._page(url, params, asked, counted), "optionChain", asked)
        if not box:
            raise Missing("unknown")
        return box[0]

    async def _quotes(self, want: QuotesWanted, counted: list[int]) -> Found:
        rows: list[Row] = []
        ours = {to_yahoo(symbol).upper(): symbol for symbol in want.symbols}
        tickers = list(ours)
        for at in range(0, len(tickers), MOST_QUOTES):
            params = {"symbols": ",".join(tickers[at : at + MOST_QUOTES]), "formatted": "false"}
            page = await self._page(QUOTES, params, "quotes", counted)
            told = answers.result(page, "quoteResponse", "quotes")
            if not told and len(tickers) > 1:
                raise answers.unreadable("quotes", f"quotes of {params['symbols'][:60]}", "none")
            stranger = next((row for row in told if str(row["symbol"]).upper() not in ours), None)
            if stranger is not None:
                raise answers.unreadable("quotes", "symbols that were asked for", str(stranger["symbol"]))
            rows += [answers.quoted(row, ours[str(row["symbol"]).upper()]) for row in told]
        given = {row["symbol"] for row in rows}
        return table(QuotesWanted, rows), {each: "unknown" for each in want.symbols if each not in given}

    async def _facts(self, want: FactsWanted, counted: list[int]) -> Found:
        rows, absent = await self._each(want.symbols, want, self._facts_of, counted)
        given = {row["symbol"] for row in rows}
        absent |= {each: "no figures" for each in want.symbols if each not in given and each not in absent}
        return table(FactsWanted, rows), absent

    async def _facts_of(self, symbol: str, _: FactsWanted, counted: list[int]) -> list[Row]:
        needed = tuple(dict.fromkeys(module for module, _, _ in answers.FACTS.values()))
        modules = await self._modules(symbol, needed, f"figures of {symbol}", counted)
        return list(answers.facts(modules, symbol))

    async def _modules(self, symbol: str, names: tuple[str, ...], asked: str, counted: list[int]) -> Row:
        params = {"modules": ",".join(names), "formatted": "false", "corsDomain": "finance.yahoo.com"}
        page = await self._page(f"{QUERY}/v10/finance/quoteSummary/{to_yahoo(symbol)}", params, asked, counted)
        box = answers.result(page, "quoteSummary", asked)
        if not box:
            raise answers.unreadable(asked, f"the modules {params['modules']}", "none")
        return box[0]

    # --- asking

    async def _each(
        self,
        symbols: tuple[str, ...],
        want: T,
        ask: Callable[[str, T, list[int]], Awaitable[list[Row]]],
        counted: list[int],
    ) -> tuple[list[Row], dict[str, str]]:
        """The rows of every symbol, and why some have none."""
        rows: list[Row] = []
        absent: dict[str, str] = {}
        for symbol in symbols:
            try:
                rows += await ask(symbol, want, counted)
            except Missing as missing:
                absent[symbol] = str(missing)
        return rows, absent

    async def _page(
        self,
        url: str,
        params: Mapping[str, str],
        asked: str,
        counted: list[int],
        body: Mapping[str, Any] | None = None,
    ) -> Row:
        """A page of JSON; an error that a bad status brings is read as one that a good answer brings."""
        client = await self._connected()
        from scanwright.data.providers._yahoo_session import Told

        try:
            page, requests = await self._threads.run(lambda: client.fetch(url, params, body), asked=asked)
        except Told as told:
            counted.append(told.requests)
            raise _told(told.status, told.body, asked) from None
        counted.append(requests)
        return page

    async def _connected(self) -> Client:
        async with self._lock:
            if self._client is None:
                self._client = await asyncio.to_thread(_client, self._settings)
            return self._client


def _client(settings: Settings) -> Client:
    from scanwright.data.providers._yahoo_session import Client

    return Client(settings.url, settings.patience_seconds)


def _told(status: int, body: str, asked: str) -> Exception:
    """What a refusal's body says, or its status where the body says nothing."""
    try:
        page: object = json.loads(body)
    except ValueError:
        page = None
    whole = answers.part({"": page}, "")
    error = next((found for name in whole if (found := answers.part(answers.part(whole, name), "error"))), None)
    if error:
        found = answers.said(error, asked)
        return found if not isinstance(found, Unavailable) or status >= 500 else _status(status, str(error), asked)
    return _status(status, body[:120], asked)


def _status(status: int, found: str, asked: str) -> ProviderError:
    error = of_status(status, lambda _: None, provider=NAME, asked=asked, found=found)
    return error or answers.unreadable(asked, "an answer", found)


def _some(symbols: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Refuse to be asked for everybody: Yahoo has no list."""
    if not symbols:
        raise made(Refused, provider=NAME, asked=what, expected="symbols to look for", found="none")
    return symbols


def _why_none(found: Chart, want: BarsWanted, asked: str) -> str:
    """Why there is no bar; a symbol whose last trade lies in the stretch must have one."""
    zone = dt.UTC if want.interval.is_intraday else zoneinfo.ZoneInfo(found.zone)
    first, last = (each.astype("M8[s]").item().replace(tzinfo=zone) for each in (want.first, want.last))
    if found.began is not None and found.began > last.date():
        return f"listed {found.began}"
    until = last if want.interval.is_intraday else last + dt.timedelta(days=1)
    if found.traded is not None and first <= found.traded <= until:
        told = f"none, though it traded at {found.traded}"
        raise answers.unreadable(asked, f"bars from {want.first} to {want.last}", told)
    return "no trade"


def _event(action: Row) -> Row:
    """A split or a dividend as an event: it is due on its date, and known by then at the latest."""
    moment = dt.datetime.combine(action["date"], dt.time(9, 30), answers.NEW_YORK).astimezone(dt.UTC)
    return {
        "symbol": action["symbol"],
        "kind": action["kind"],
        "ts": moment,
        "known": moment,
        "status": "confirmed",
        "timing": "before",
        "headline": f"{action['kind']} {action['value']:g}",
    }


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What yfinance and the client under it raise, as our errors."""
    from curl_cffi import CurlError
    from curl_cffi.requests import exceptions as http
    from yfinance import exceptions as library  # pyright: ignore[reportMissingTypeStubs] - it ships none

    return {
        library.YFException: Unavailable,
        library.YFDataException: Unreadable,
        library.YFInvalidPeriodError: Refused,
        library.YFNotImplementedError: Refused,
        library.YFRateLimitError: RateLimited,
        library.YFTickerMissingError: Unreadable,
        CurlError: Unavailable,
        http.RequestException: Unavailable,
        http.InvalidJSONError: Unreadable,
        http.IncompleteRead: Unreadable,
        http.ChunkedEncodingError: Unreadable,
        http.ContentDecodingError: Unreadable,
        http.TooManyRedirects: Unreadable,
        http.InvalidURL: Refused,
        http.InvalidSchema: Refused,
        http.MissingSchema: Refused,
        http.URLRequired: Refused,
        http.InvalidHeader: Refused,
    }


PROVIDER = Declared(
    name=NAME,
    title="Yahoo Finance through yfinance",
    settings=Settings,
    make=Yahoo,
    errors=errors,
    library="yfinance",
    extra="yahoo",
)
