"""Alpaca: US stocks, options and coins, many symbols in one request; the free plan has all trades, 15 minutes late."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from scanwright.data.ports import (
    ActionsWanted,
    Answer,
    BarsWanted,
    ChainWanted,
    Costs,
    EventsWanted,
    Offers,
    QuotesWanted,
    SymbolsWanted,
    Want,
)
from scanwright.data.providers import _alpaca_answers as answers
from scanwright.data.providers._alpaca_answers import Row
from scanwright.data.providers._alpaca_client import NAME, Clients, Talk, errors
from scanwright.data.providers._declared import Address, Count, Declared, Rate
from scanwright.data.providers._pages import Page
from scanwright.data.providers._tables import judged, table
from scanwright.data.providers._threads import Once, Threads
from scanwright.data.providers._translated import made, not_offered, understood
from scanwright.model.calendars import calendar
from scanwright.model.clock import Clock
from scanwright.model.errors import Refused, SettingsError
from scanwright.model.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    import polars as pl

MOST_BARS, MOST_CONTRACTS, MOST_ACTIONS, MOST_NEWS = 10_000, 1000, 1000, 50  # in a page
A_MONTH = 20  # sessions
FIRST = dt.date(2016, 1, 1)
"""Before it there are no bars."""
SETTLES_INTRADAY, SETTLES_DAILY = dt.timedelta(minutes=15), dt.timedelta(days=1)
"""How long after its last trade a bar may be missing."""
FEEDS = {
    "delayed_sip": dt.timedelta(minutes=15),
    "sip": dt.timedelta(0),
    "iex": dt.timedelta(0),
}
"""Of which trades: all of them, 15 minutes late; all of them, where the plan has it; those of one exchange only."""

Found = tuple["pl.DataFrame", Mapping[str, str]]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The key and its secret, and what the plan allows; the defaults are those of the free one.

    feed: `delayed_sip` (every trade, 15 minutes late), `sip` (at once, in a paid plan), `iex` (of one exchange only).
    """

    key: Secret = NO_SECRET
    secret: Secret = NO_SECRET
    url: Address = "https://data.alpaca.markets"
    trading_url: Address = "https://paper-api.alpaca.markets"
    feed: Literal["delayed_sip", "sip", "iex"] = "delayed_sip"
    requests_per_minute: Rate = 200.0
    at_once: Count = 8
    most_symbols: Count = 100
    patience_seconds: Rate = 60.0
    dollars_per_request: float = 0.0


class Alpaca:
    """What Alpaca has, in the words of the port."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is loaded or connected before it is asked."""
        if settings.feed not in FEEDS:
            raise SettingsError(expected=f"a feed of alpaca ({' '.join(FEEDS)})", found=repr(settings.feed), todo="")
        self._settings, self._clock = settings, clock
        self._clients = Once(lambda: Clients(settings.url, settings.trading_url, settings.key, settings.secret))
        self._delayed = FEEDS[settings.feed]
        self._answering: Mapping[type, Callable[[Any, Talk], Awaitable[Found]]] = {
            BarsWanted: self._bars,
            SymbolsWanted: self._symbols,
            ActionsWanted: self._actions,
            EventsWanted: self._news,
            ChainWanted: self._chain,
            QuotesWanted: self._quotes,
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
            intervals=dict.fromkeys(answers.FRAMES, (clock.now().date() - FIRST).days),
            most_symbols=settings.most_symbols,
            events=("news",),
            delayed=self._delayed,
        )
        self._threads = Threads(NAME, self.costs, errors, seconds=settings.patience_seconds)

    async def ask(self, want: Want) -> Answer:
        """Answer whole, every page of it."""
        asked, keys = type(want).__name__, (self._settings.key, self._settings.secret)
        if type(want) not in self._answering or (isinstance(want, EventsWanted) and "news" not in want.kinds):
            raise not_offered(NAME, want)
        if isinstance(want, BarsWanted) and want.interval not in answers.FRAMES:
            kinds = f"bars of {' '.join(answers.FRAMES)}"
            raise made(Refused, provider=NAME, asked=asked, expected=kinds, found=want.interval.value)
        if not all(keys):
            raise made(
                Refused, provider=NAME, asked=asked, expected="a key and its secret in its settings", found="none"
            )
        talk = Talk(self._clients, self._threads, self._clock, keys)
        with understood(NAME, asked):
            found, absent = await self._answering[type(want)](want, talk)
        now = self._clock.now()
        return Answer(
            table=found,
            provider=NAME,
            asked_at=now,
            as_of=now - self._delayed,
            delayed=self._delayed,
            absent=absent,
            requests=talk.requests,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        if self._clients.made is not None:
            self._clients.made.close()

    # --- bars

    async def _bars(self, want: BarsWanted, talk: Talk) -> Found:
        import polars as pl

        coins = tuple(each for each in want.symbols if answers.is_crypto(each))
        stocks = tuple(each for each in want.symbols if each not in coins)
        frames, absent = [answers.bars([], want.interval, answers.ZONE)], dict[str, str]()
        for symbols, market in ((stocks, self._of_stocks()), (coins, _COINS)):
            if symbols:
                frame = await self._bars_of(dataclasses.replace(want, symbols=symbols), market, talk)
                known = set(frame["symbol"])
                lacking = [each for each in symbols if each not in known]
                absent |= await self._why_none(lacking, want, market, talk) if lacking else {}
                frames.append(frame)
        return pl.concat(frames), absent

    def _of_stocks(self) -> _Market:
        feed = "iex" if self._settings.feed == "iex" else "sip"
        query = {"feed": feed, "adjustment": "raw"}
        return _Market(part="stocks", path="/stocks", latest="/stocks/bars/latest", query=query, zone=answers.ZONE)

    async def _bars_of(self, want: BarsWanted, market: _Market, talk: Talk) -> pl.DataFrame:
        asked = f"{want.interval} bars of {len(want.symbols)} symbols from {want.first} to {want.last}"
        first, last = answers.stretch(want, self._latest(market))
        if first > last:
            return answers.bars([], want.interval, market.zone)
        query = {
            "symbols": ",".join(want.symbols),
            "timeframe": answers.FRAMES[want.interval],
            "start": answers.written(first),
            "end": answers.written(last),
            "sort": "asc",
            "limit": MOST_BARS,
            **market.query,
        }
        pages = await talk.pages(asked, market.part, f"{market.path}/bars", query, holds="bars")
        rows = answers.by_symbol(pages, "bars")
        frame = answers.bars(rows, want.interval, market.zone)
        judged(frame, provider=NAME, asked=asked, symbols=set(want.symbols), first=want.first, last=want.last)
        if rows and (len(pages) > 1 or len(rows) >= MOST_BARS):
            symbol = rows[-1][0]
            turned = {**query, "symbols": symbol, "sort": "desc", "limit": 1}
            end = await talk.page(asked, market.part, f"{market.path}/bars", turned, holds="bars")
            if [row["t"] for _, row in answers.by_symbol([end], "bars")] != [rows[-1][1]["t"]]:
                raise talk.unreadable(asked, f"pages up to the last bar of {symbol}", "an end before")
        return frame

    def _latest(self, market: _Market) -> dt.datetime:
        """Until when may be asked: the free plan refuses a question that reaches into the last 15 minutes."""
        return self._clock.now() - (self._delayed if market.part == "stocks" else dt.timedelta(0))

    async def _why_none(
        self, symbols: Sequence[str], want: BarsWanted, market: _Market, talk: Talk
    ) -> Mapping[str, str]:
        """Why there is no bar: by the latest one there is, and by whether there was one before."""
        asked, feed = f"the latest bars of {len(symbols)} symbols", market.query.get("feed", "")
        query = {"symbols": ",".join(symbols), "feed": feed}
        page = await talk.page(asked, market.part, market.latest, query, holds="bars")
        latest: Mapping[str, Row] = page["bars"] or {}
        settled = self._latest(market) - (SETTLES_INTRADAY if want.interval.is_intraday else SETTLES_DAILY)
        until = min(want.last, np.datetime64(settled.replace(tzinfo=None), "s"))
        reasons: dict[str, str] = {}
        for symbol in symbols:
            if symbol not in latest:
                reasons[symbol] = "unknown"
                continue
            stamp = answers.stamp_of(latest[symbol], want.interval, market.zone)
            if want.first <= stamp <= until:
                raise talk.unreadable(f"bars of {symbol}", f"the bar of {stamp}, its latest", "none")
            if stamp < want.first:
                reasons[symbol] = f"no trade since {stamp.astype('M8[D]')}"
            else:
                reasons[symbol] = await self._why_not_yet(symbol, want, market, talk)
        return reasons

    async def _why_not_yet(self, symbol: str, want: BarsWanted, market: _Market, talk: Talk) -> str:
        """A symbol that traded after the stretch: where it did before it too, it cannot pass a month of sessions by."""
        before = dataclasses.replace(want, symbols=(symbol,), first=want.first - np.timedelta64(60, "D"))
        start, end = answers.stretch(
            dataclasses.replace(before, last=want.first - np.timedelta64(1, "D")), self._latest(market)
        )
        asked = f"bars of {symbol}"
        query = {"symbols": symbol, "timeframe": "1Day", "limit": 1, **market.query}
        times = {"start": answers.written(start), "end": answers.written(end)}
        page = await talk.page(asked, market.part, f"{market.path}/bars", {**query, **times}, holds="bars")
        if not answers.by_symbol([page], "bars"):
            return "not traded yet"
        missed = len(calendar("us_stocks").sessions(want.first, want.last))
        if missed >= A_MONTH and market.query.get("feed") != "iex":
            raise talk.unreadable(asked, "bars of a symbol that traded before and after", f"none in {missed} sessions")
        return "no trade"

    # --- reference

    async def _symbols(self, _: SymbolsWanted, talk: Talk) -> Found:
        rows: list[Row] = []
        for kind in ("us_equity", "crypto"):
            found = await talk.said("symbols", "trading", "/assets", {"status": "active", "asset_class": kind})
            if not isinstance(found, list) or not found:
                raise talk.unreadable("symbols", f"a list of {kind}", f"{found!r}")
            rows += cast("list[Row]", found)
        if len({row["symbol"] for row in rows}) != len(rows):
            raise talk.unreadable("symbols", "each symbol once", "one twice")
        return answers.symbols(rows), {}

    async def _actions(self, want: ActionsWanted, talk: Talk) -> Found:
        query = {
            "symbols": ",".join(want.symbols),
            "types": answers.ACTIONS,
            "start": want.first.isoformat(),
            "end": (want.last + answers.PAID_LATER).isoformat(),
            "sort": "asc",
            "limit": MOST_ACTIONS,
        }
        pages = await talk.pages("actions", "actions", "/corporate-actions", query, holds="corporate_actions")
        await self._reached("actions", "actions", "/corporate-actions", query, pages, _ids_of_actions, talk)
        rows = answers.actions(pages, want.first, want.last)
        stranger = next(
            (row for row in rows if want.symbols and not {row["symbol"], row.get("text")} & {*want.symbols}), None
        )
        if stranger is not None:
            raise talk.unreadable("actions", "symbols that were asked for", str(stranger["symbol"]))
        return table(ActionsWanted, rows), {}

    async def _news(self, want: EventsWanted, talk: Talk) -> Found:
        query = {
            "symbols": ",".join(want.symbols),
            "start": f"{want.first}T00:00:00Z",
            "end": f"{want.last}T23:59:59Z",
            "sort": "asc",
            "limit": MOST_NEWS,
        }
        pages = await talk.pages("news", "news", "/news", query, holds="news")
        await self._reached("news", "news", "/news", query, pages, _ids_of_news, talk)
        rows = {row["id"]: row for page in pages for row in page["news"]}
        return table(EventsWanted, answers.news(list(rows.values()), want.symbols, want.first, want.last)), {}

    async def _reached(
        self,
        asked: str,
        part: str,
        path: str,
        query: Mapping[str, Any],
        pages: Sequence[Page],
        ids: Callable[[Page], Sequence[object]],
        talk: Talk,
    ) -> None:
        """Refuse pages that do not hold the last row, asked for from the other end."""
        known = {each for page in pages for each in ids(page)}
        if len(pages) == 1 and len(known) < query["limit"]:
            return
        end = await talk.page(asked, part, path, {**query, "sort": "desc", "limit": 1})
        if not set(ids(end)) & known:
            raise talk.unreadable(asked, "pages that reach the end of the list", "an end before")

    # --- quotes, options

    async def _quotes(self, want: QuotesWanted, talk: Talk) -> Found:
        coins = [each for each in want.symbols if answers.is_crypto(each)]
        stocks = [each for each in want.symbols if each not in coins]
        told: dict[str, Row] = {}
        if stocks:
            query = {"symbols": ",".join(stocks), "feed": self._settings.feed}
            told |= await talk.page("quotes", "stocks", "/stocks/snapshots", query)
        if coins:
            query = {"symbols": ",".join(coins)}
            told |= (await talk.page("quotes", "crypto", "/crypto/us/snapshots", query, holds="snapshots"))["snapshots"]
        if strangers := sorted(set(told) - set(want.symbols)):
            raise talk.unreadable("quotes", "symbols that were asked for", strangers[0])
        rows = [answers.quote(symbol, row) for symbol, row in told.items() if row]
        known = {row["symbol"] for row in rows}
        return table(QuotesWanted, rows), {each: "unknown" for each in want.symbols if each not in known}

    async def _chain(self, want: ChainWanted, talk: Talk) -> Found:
        asked, of = f"the chain of {want.underlying}", want.underlying
        pages = await talk.pages(
            asked, "options", f"/options/snapshots/{of}", {"limit": MOST_CONTRACTS}, holds="snapshots"
        )
        told = [each for page in pages for each in answers.part(page, "snapshots").items()]
        if not told:
            query = {"underlying_symbols": of, "limit": 1}
            listing = await talk.page(asked, "trading", "/options/contracts", query, holds="option_contracts")
            if listing["option_contracts"]:
                raise talk.unreadable(asked, "a snapshot of its listed contracts", "none")
            return table(ChainWanted, []), {of: "no listed options"}
        query = {"symbols": of, "feed": self._settings.feed}
        trade = await talk.page(asked, "stocks", "/stocks/trades/latest", query, holds="trades")
        price = answers.part(trade["trades"] or {}, of).get("p")
        rows = [answers.contract(name, row, of, price) for name, row in told]
        if None in rows or len({name for name, _ in told}) != len(told):
            raise talk.unreadable(asked, f"each contract of {of} once", "another, or one twice")
        return table(ChainWanted, [row for row in rows if row]), {}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Market:
    """Where bars are asked for: a part of the service, its paths, what every query says, the zone of its days."""

    part: str
    path: str
    latest: str
    query: Mapping[str, Any]
    zone: str


_COINS = _Market(part="crypto", path="/crypto/us", latest="/crypto/us/latest/bars", query={}, zone="UTC")


def _ids_of_actions(page: Page) -> list[object]:
    return [row["id"] for rows in page["corporate_actions"].values() for row in rows]


def _ids_of_news(page: Page) -> list[object]:
    return [row["id"] for row in page["news"]]


PROVIDER = Declared(
    name=NAME,
    title="Alpaca: US stocks, options and coins, many symbols in one request",
    settings=Settings,
    make=Alpaca,
    errors=errors,
    needs=(("key",), ("secret",)),
    library="alpaca",
    extra="alpaca",
)
