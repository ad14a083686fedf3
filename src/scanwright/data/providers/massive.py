"""Massive (formerly Polygon): US stocks and options; the whole market of a day in one request."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

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
from scanwright.data.providers import _massive_answers as answers
from scanwright.data.providers._declared import Address, Count, Declared, Rate
from scanwright.data.providers._massive_client import NAME, Row, Talk, client, errors, rows_of
from scanwright.data.providers._tables import judged, table
from scanwright.data.providers._threads import Once, Threads
from scanwright.data.providers._translated import made, not_offered, understood
from scanwright.model.calendars import calendar
from scanwright.model.clock import Clock
from scanwright.model.errors import Refused
from scanwright.model.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    import polars as pl
    from massive import RESTClient  # pyright: ignore[reportMissingTypeStubs] - it ships none

MOST_BARS = 50_000  # base bars in a page
MOST_CONTRACTS = 250
DELAY = dt.timedelta(minutes=15)

Found = tuple["pl.DataFrame", Mapping[str, str]]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The key, and what the plan behind it allows: the defaults are those of the free one.

    delayed_minutes: how long the plan holds data back; 0 where it is in real time. history_years: how far back it goes.
    """

    key: Secret = NO_SECRET
    url: Address = "https://api.massive.com"
    requests_per_minute: Rate = 5.0
    at_once: Count = 4
    delayed_minutes: float = 15.0
    history_years: Count = 2
    patience_seconds: Rate = 60.0
    dollars_per_request: float = 0.0


class Massive:
    """What Massive has, in the words of the port."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is loaded or connected before it is asked."""
        self._settings, self._clock = settings, clock
        self._client = Once(lambda: client(settings.url, settings.key, settings.at_once))
        self._delayed = dt.timedelta(minutes=settings.delayed_minutes)
        self._answering: Mapping[type, Callable[[Any, Talk], Awaitable[Found]]] = {
            BarsWanted: self._bars,
            DayWanted: self._day,
            SymbolsWanted: self._symbols,
            ActionsWanted: self._actions,
            EventsWanted: self._news,
            ChainWanted: self._chain,
            QuotesWanted: self._quotes,
            FactsWanted: self._facts,
        }
        self.costs = Costs(
            requests=settings.requests_per_minute,
            seconds=60.0,
            at_once=settings.at_once,
            dollars=settings.dollars_per_request,
            paced=True,
            further=1.0,
        )
        self.offers = Offers(
            wants=frozenset(self._answering),
            intervals=dict.fromkeys(answers.SPANS, settings.history_years * 365),
            events=("news",),
            delayed=self._delayed,
        )
        self._threads = Threads(NAME, self.costs, errors, seconds=settings.patience_seconds)

    async def ask(self, want: Want) -> Answer:
        """Answer whole, every page of it."""
        asked = type(want).__name__
        if asked_for := self._refusal(want):
            raise made(Refused, provider=NAME, asked=asked, expected=asked_for[0], found=asked_for[1])
        talk = Talk(self._client, self._threads, self._settings.key)
        with understood(NAME, asked):
            found, absent = await self._answering[type(want)](want, talk)
        now = self._clock.now()
        delayed = max(self._delayed, DELAY) if talk.delayed else self._delayed
        return Answer(
            table=found,
            provider=NAME,
            asked_at=now,
            as_of=now - delayed,
            delayed=delayed,
            absent=absent,
            requests=talk.requests,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client.made is not None:
            self._client.made.client.clear()

    def _refusal(self, want: Want) -> tuple[str, str] | None:
        """What would have to be otherwise before it is worth asking."""
        if type(want) not in self._answering or (isinstance(want, EventsWanted) and "news" not in want.kinds):
            raise not_offered(NAME, want)
        if isinstance(want, BarsWanted) and want.interval not in answers.SPANS:
            return f"bars of {' '.join(answers.SPANS)}", want.interval.value
        return None if self._settings.key else ("a key in its settings", "none")

    # --- bars

    async def _bars(self, want: BarsWanted, talk: Talk) -> Found:
        import polars as pl

        frames, absent = [answers.bars([], want.interval)], dict[str, str]()
        for symbol in want.symbols:
            frame = await self._bars_of(symbol, want, talk)
            if frame.is_empty():
                absent[symbol] = await self._why_none(symbol, want, talk)
            frames.append(frame)
        return pl.concat(frames), absent

    async def _bars_of(self, symbol: str, want: BarsWanted, talk: Talk) -> pl.DataFrame:
        asked = f"bars of {symbol}"
        ticker, (count, span), (first, last) = answers.spelled(symbol), answers.SPANS[want.interval], answers.ends(want)

        def call(client: RESTClient, sort: str, limit: int) -> object:
            return client.get_aggs(ticker, count, span, first, last, adjusted=False, sort=sort, limit=limit, raw=True)

        pages = await talk.pages(asked, lambda client: call(client, "asc", MOST_BARS), count="resultsCount")
        for page in pages:
            if page.get("ticker", ticker) != ticker or page.get("adjusted"):
                told = f"{page.get('ticker')}, adjusted: {page.get('adjusted')}"
                raise talk.unreadable(asked, f"bars of {ticker} as traded", told)
        frame = answers.bars([{**row, "T": ticker} for row in rows_of(pages)], want.interval)
        judged(frame, provider=NAME, asked=asked, symbols={symbol}, first=want.first, last=want.last)
        if len(pages) > 1 or int(pages[-1].get("queryCount") or 0) >= MOST_BARS:
            end = await talk.page(asked, lambda client: call(client, "desc", MOST_BARS // 10), count="resultsCount")
            talk.reached(asked, rows_of([end])[:1], rows_of(pages), lambda row: row.get("t"))
        return frame

    async def _why_none(self, symbol: str, want: BarsWanted, talk: Talk) -> str:
        """Why there is no bar: a symbol that was listed all the time cannot have none in a month of sessions."""
        first, last = answers.dates(want)
        asked, ticker = f"bars of {symbol}", answers.spelled(symbol)
        details = await talk.maybe(asked, lambda client: client.get_ticker_details(ticker, date=last, raw=True))
        if details is None:
            gone = await talk.page(asked, lambda client: client.list_tickers(ticker=ticker, active=False, raw=True))
            ended = max((str(row["delisted_utc"])[:10] for row in rows_of([gone])), default="")
            if not ended or ended <= first:
                return f"delisted {ended}" if ended else "unknown"
            last = min(last, ended)
        listed = str(answers.part(details or {}, "results").get("list_date") or first)
        if listed > last:
            return f"listed {listed}"
        sessions = answers.sessions(max(first, listed), last)
        if sessions >= answers.A_MONTH:
            told = f"none, though it was listed through {sessions} sessions of it"
            raise talk.unreadable(asked, f"bars from {first} to {last}", told)
        await self._none_is_there(symbol, want, talk)
        return "no trade"

    async def _none_is_there(self, symbol: str, want: BarsWanted, talk: Talk) -> None:
        """Refuse to have no bar of a stretch in which the symbol's latest one lies."""
        asked, ticker = f"bars of {symbol}", answers.spelled(symbol)
        page = await talk.maybe(asked, lambda client: client.get_previous_close_agg(ticker, adjusted=False, raw=True))
        latest = answers.bars([{**row, "T": ticker} for row in rows_of([page or {}])], answers.DAY)
        for date in latest["ts"]:
            if answers.is_within(date, want):
                raise talk.unreadable(asked, f"the bar of {date}, its latest", "none")

    async def _day(self, want: DayWanted, talk: Talk) -> Found:
        asked, date = f"the day {want.date}", want.date.isoformat()
        page = await talk.page(
            asked, lambda client: client.get_grouped_daily_aggs(date, adjusted=False, raw=True), count="resultsCount"
        )
        if page.get("adjusted"):
            raise talk.unreadable(asked, "bars as traded", "adjusted ones")
        frame = answers.bars(rows_of([page]), answers.DAY)
        moment = answers.moment(want.date)
        judged(frame, provider=NAME, asked=asked, symbols=None, first=moment, last=moment)
        if frame.is_empty() and answers.is_over(calendar("us_stocks"), want.date, self._clock.now()):
            raise talk.unreadable(asked, "bars of a session that is over", "none")
        return frame, {}

    # --- reference

    async def _symbols(self, _: SymbolsWanted, talk: Talk) -> Found:
        rows: list[Row] = []
        for active in (True, False):
            rows += await talk.listed(
                "symbols",
                lambda client, order, limit, active=active: client.list_tickers(
                    market="stocks", active=active, sort="ticker", order=order, limit=limit, raw=True
                ),
                lambda row: row.get("ticker"),
            )
        return answers.symbols(rows), {}

    async def _actions(self, want: ActionsWanted, talk: Talk) -> Found:
        rows: list[Row] = []
        for ticker in map(answers.spelled, want.symbols or ("",)):
            rows += await self._splits(ticker, want, talk)
            rows += await self._dividends(ticker, want, talk)
            rows += await self._renames(ticker, want, talk) if ticker else []
        talk.only("actions", rows, want.symbols)
        return table(ActionsWanted, rows), {}

    async def _splits(self, ticker: str, want: ActionsWanted, talk: Talk) -> list[Row]:
        chosen = _between("execution_date", ticker, want)
        rows = await talk.listed(
            "splits",
            lambda client, order, limit: client.list_splits(**chosen, order=order, limit=limit),
            lambda row: (row.get("ticker"), row.get("execution_date")),
        )
        return [answers.split(row) for row in rows]

    async def _dividends(self, ticker: str, want: ActionsWanted, talk: Talk) -> list[Row]:
        chosen = _between("ex_dividend_date", ticker, want)
        rows = await talk.listed(
            "dividends",
            lambda client, order, limit: client.list_dividends(**chosen, order=order, limit=limit),
            lambda row: (row.get("ticker"), row.get("ex_dividend_date"), row.get("cash_amount")),
        )
        return [answers.dividend(row) for row in rows if answers.in_dollars(row)]

    async def _renames(self, ticker: str, want: ActionsWanted, talk: Talk) -> list[Row]:
        page = await talk.maybe(
            f"renames of {ticker}",
            lambda client: client.get_ticker_events(ticker, types="ticker_change", raw=True),
        )
        return answers.renames(page or {}, ticker, want.first, want.last)

    async def _facts(self, want: FactsWanted, talk: Talk) -> Found:
        rows, absent = list[Row](), dict[str, str]()
        for symbol in want.symbols:
            ticker = answers.spelled(symbol)
            page = await talk.maybe(
                f"figures of {symbol}", lambda client, it=ticker: client.get_ticker_details(it, raw=True)
            )
            found = answers.facts(page, symbol) if page is not None else []
            if not found:
                absent[symbol] = "unknown" if page is None else "no figures"
            rows += found
        return table(FactsWanted, rows), absent

    # --- news, quotes, options

    async def _news(self, want: EventsWanted, talk: Talk) -> Found:
        rows: dict[object, Row] = {}
        for ticker in map(answers.spelled, want.symbols or ("",)):
            told = await talk.listed(
                "news",
                lambda client, order, limit, it=ticker: client.list_ticker_news(
                    it or None,
                    published_utc_gte=f"{want.first}T00:00:00Z",
                    published_utc_lte=f"{want.last}T23:59:59Z",
                    sort="published_utc",
                    order=order,
                    limit=limit,
                    raw=True,
                ),
                lambda row: row.get("id"),
            )
            rows |= {row.get("id"): row for row in told}
        return table(EventsWanted, answers.news(list(rows.values()), want.symbols)), {}

    async def _quotes(self, want: QuotesWanted, talk: Talk) -> Found:
        tickers = [answers.spelled(symbol) for symbol in want.symbols]
        page = await talk.page(
            "quotes", lambda client: client.get_snapshot_all("stocks", tickers=tickers, raw=True), count=""
        )
        told: list[Row] = page.get("tickers") or []
        if page.get("count", len(told)) != len(told):
            raise talk.unreadable("quotes", f"{page['count']} rows, as the answer counts", str(len(told)))
        rows = [answers.quote(row) for row in told]
        talk.only("quotes", rows, want.symbols)
        known = {row["symbol"] for row in rows}
        return table(QuotesWanted, rows), {each: "no quote today" for each in want.symbols if each not in known}

    async def _chain(self, want: ChainWanted, talk: Talk) -> Found:
        asked, ticker = f"the chain of {want.underlying}", answers.spelled(want.underlying)
        told = await talk.listed(
            asked,
            lambda client, order, limit: client.list_snapshot_options_chain(
                ticker, params={"sort": "ticker", "order": order, "limit": limit}, raw=True
            ),
            lambda row: answers.part(row, "details").get("ticker"),
            most=MOST_CONTRACTS,
        )
        talk.delayed |= any(answers.is_late(row) for row in told)
        rows = [answers.contract(row, want.underlying) for row in told]
        wrong = next((row for row in told if answers.is_stranger(row, ticker)), None)
        if wrong is not None or len({row["contract"] for row in rows}) != len(rows):
            raise talk.unreadable(asked, f"each contract of {ticker} once", str(wrong or "one twice")[:120])
        if rows:
            return table(ChainWanted, rows), {}
        listing = await talk.page(
            asked, lambda client: client.list_options_contracts(underlying_ticker=ticker, limit=1, raw=True)
        )
        if rows_of([listing]):
            raise talk.unreadable(asked, "a snapshot of its listed contracts", "none")
        return table(ChainWanted, []), {want.underlying: "no listed options"}


def _between(date: str, ticker: str, want: ActionsWanted) -> dict[str, Any]:
    """What the client is told of a list of actions: whose, between which dates, in which order."""
    ends = {f"{date}_gte": want.first, f"{date}_lte": want.last}
    return {"ticker": ticker or None, **ends, "sort": date, "raw": True}


PROVIDER = Declared(
    name=NAME,
    title="Massive, formerly Polygon: US stocks and options, a whole day of the market in one request",
    settings=Settings,
    make=Massive,
    errors=errors,
    needs=(("key",),),
    library="massive",
    extra="massive",
)
