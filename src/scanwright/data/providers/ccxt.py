"""Crypto exchanges, a hundred of them, through ccxt: symbols, bars, quotes; no key for any of it.

Candles come page by page from where the last one ended until the stretch is covered, whatever a page holds: a short
page is not the end, and an empty one is believed only where the exchange's newest candle does not contradict it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import importlib
import json
import re
from collections.abc import Awaitable, Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from aiolimiter import AsyncLimiter

from scanwright.data.ports import Answer, BarsWanted, Costs, Offers, QuotesWanted, SymbolsWanted, Want
from scanwright.data.providers._declared import Address, Count, Declared, Rate
from scanwright.data.providers._tables import bars, judged, table
from scanwright.data.providers._translated import made, not_offered, of_status, translated, understood
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    import polars as pl

NAME = "ccxt"
PAGE = 500  # candles, where the exchange does not say how many it gives
DAYS = 86_400
INTERVALS = tuple(each for each in Interval if each <= Interval.DAY)
KINDS = {"spot": "crypto", "swap": "swap", "future": "future", "option": "option"}
PLAIN = {418: 429, 429: 429, 451: 451}
"""Statuses of which ccxt drops what matters, and what they are: how long to wait, or that waiting is of no use."""

LAST_CANDLES: Mapping[str, int] = {"kraken": 720}
"""Exchanges that give only so many of the newest candles, whatever is asked for (source: their documentation)."""

T = TypeVar("T")
Candle = Sequence[float]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Which exchange (`binance`, `coinbase`, `kraken` ...), and how fast it may be asked.

    url: a scheme and host that stand in for the exchange's own. contracts: perpetual swaps and futures beside spot.
    """

    exchange: str = "binance"
    url: Address = ""
    contracts: bool = False
    requests_per_second: Rate = 5.0
    at_once: Count = 4
    patience_seconds: Rate = 20.0


class Ccxt:
    """One exchange, in ccxt's words."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is loaded or connected before it is asked."""
        self._settings, self._clock = settings, clock
        self._client: Any = None
        self._counted: ContextVar[list[str]] = ContextVar("requests of a want")
        self._lock = asyncio.Lock()
        self._pace = AsyncLimiter(1, 1 / settings.requests_per_second)
        depth = LAST_CANDLES.get(settings.exchange)
        days = {each: None if depth is None else depth * each.seconds // DAYS for each in INTERVALS}
        self.offers = Offers(wants=frozenset({BarsWanted, SymbolsWanted, QuotesWanted}), intervals=days)
        self.costs = Costs(requests=settings.requests_per_second, at_once=settings.at_once, paced=True)

    async def ask(self, want: Want) -> Answer:
        """Answer whole, every page of it."""
        asked = f"{type(want).__name__} of {self._settings.exchange}"
        now, counted = self._clock.now(), list[str]()
        self._counted.set(counted)
        with understood(NAME, asked):
            match want:
                case BarsWanted():
                    found, absent = await self._bars(want)
                case QuotesWanted():
                    found, absent = await self._quotes(want)
                case SymbolsWanted():
                    found, absent = await self._symbols(), dict[str, str]()
                case _:
                    raise not_offered(NAME, want)
        return Answer(table=found, provider=NAME, asked_at=now, as_of=now, absent=absent, requests=len(counted))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    # --- bars

    async def _bars(self, want: BarsWanted) -> tuple[pl.DataFrame, dict[str, str]]:
        import polars as pl

        refusal = self._error(Refused, "bars", f"an interval of {self._settings.exchange}", want.interval.value)
        if want.interval not in INTERVALS:
            raise refusal
        self._deep_enough(want)
        client, markets = await self._markets()
        if want.interval.value not in (client.timeframes or {}):
            raise refusal
        known = [each for each in want.symbols if each in markets]
        absent = {each: "unknown" for each in want.symbols if each not in markets}
        frames = [bars([], [], dict.fromkeys("open high low close volume".split(), ()), want.interval, "UTC")]
        for symbol in known:
            listed = _date(markets[symbol].get("created"))
            if listed is not None and np.datetime64(listed) > want.last.astype("M8[D]"):
                absent[symbol] = f"listed {listed}"
                continue
            candles = await self._candles(client, symbol, want, listed)
            if not candles:
                absent[symbol] = "no trade"
            frames.append(self._frame(symbol, candles, want))
        return pl.concat(frames), absent

    def _deep_enough(self, want: BarsWanted) -> None:
        """Refuse a stretch that begins before what the exchange still has: it would answer with a later one."""
        most = LAST_CANDLES.get(self._settings.exchange)
        if most is None:
            return
        earliest = self._clock.now() - dt.timedelta(seconds=most * want.interval.seconds)
        if _starts(want)[0] < int(earliest.timestamp() * 1000):
            expected = f"at most the last {most} bars of {want.interval}"
            raise self._error(Refused, "bars", expected, f"a stretch from {want.first}")

    async def _candles(
        self,
        client: Any,  # noqa: ANN401 - ccxt is untyped
        symbol: str,
        want: BarsWanted,
        listed: dt.date | None,
    ) -> list[Candle]:
        """The candles of a stretch, in the order of their starts; none is looked for before the symbol was listed."""
        first, until = _starts(want)
        first = max(first, int(np.datetime64(listed, "ms").astype(np.int64))) if listed else first
        step, cursor, limit = want.interval.seconds * 1000, first, _page_of(client)
        found: list[Candle] = []
        newest: int | None = None
        while cursor <= until:
            page = await self._page(client, symbol, want.interval, cursor, limit)
            if page:
                found += [each for each in page if each[0] <= until]
                cursor = int(page[-1][0]) + step
                continue
            if newest is None:
                newest = await self._newest(client, symbol, want.interval)
            if newest < cursor:
                break
            cursor += limit * step
        if not found and newest is not None and first <= newest <= until:
            told = f"none, though {np.datetime64(newest, 'ms')} is one"
            raise self._error(Unreadable, f"bars of {symbol}", f"bars from {want.first} to {want.last}", told)
        return found

    async def _page(
        self,
        client: Any,  # noqa: ANN401 - ccxt is untyped
        symbol: str,
        interval: Interval,
        since: int,
        limit: int,
    ) -> list[Candle]:
        """A page of candles from a start on; `Unreadable` where it goes back, or stands beside the interval's grid."""
        call = client.fetch_ohlcv(symbol, interval.value, since=since, limit=limit)
        page = cast("list[Candle]", await self._called(call, asked=f"bars of {symbol}"))
        starts = [int(each[0]) for each in page]
        wrong = next((each for each in starts if each < since or each % (interval.seconds * 1000)), None)
        if wrong is not None:
            expected = f"bars that begin at whole {interval}, UTC, from {np.datetime64(since, 'ms')} on"
            raise self._error(Unreadable, f"bars of {symbol}", expected, f"one at {np.datetime64(wrong, 'ms')}")
        return page

    async def _newest(self, client: Any, symbol: str, interval: Interval) -> int:  # noqa: ANN401 - ccxt is untyped
        """The start of the newest candle that there is; a symbol that is listed has traded."""
        call = client.fetch_ohlcv(symbol, interval.value)
        page = cast("list[Candle]", await self._called(call, asked=f"the newest bar of {symbol}"))
        if not page:
            raise self._error(Unreadable, f"the newest bar of {symbol}", "a bar of a symbol that is listed", "none")
        return int(page[-1][0])

    def _frame(self, symbol: str, candles: Sequence[Candle], want: BarsWanted) -> pl.DataFrame:
        names = ("open", "high", "low", "close", "volume")
        columns = {name: [each[at + 1] for each in candles] for at, name in enumerate(names)}
        frame = bars([symbol] * len(candles), [int(each[0]) for each in candles], columns, want.interval, "UTC")
        asked = f"bars of {symbol}"
        return judged(frame, provider=NAME, asked=asked, symbols={symbol}, first=want.first, last=want.last)

    # --- symbols and quotes

    async def _symbols(self) -> pl.DataFrame:
        _, markets = await self._markets(again=True)
        rows = [
            {
                "symbol": symbol,
                "name": f"{each.get('base')}/{each.get('quote')}",
                "kind": KINDS.get(str(each.get("type")), "other"),
                "exchange": self._settings.exchange,
                "currency": each.get("quote"),
                "listed": _date(each.get("created")),
            }
            for symbol, each in sorted(markets.items())
        ]
        return table(SymbolsWanted, rows)

    async def _quotes(self, want: QuotesWanted) -> tuple[pl.DataFrame, dict[str, str]]:
        client, markets = await self._markets()
        known = [each for each in want.symbols if each in markets]
        asked = f"quotes of {self._settings.exchange}"
        tickers: dict[str, Mapping[str, Any]] = {}
        if known and client.has.get("fetchTickers"):
            tickers = await self._called(client.fetch_tickers(known), asked=asked)
        elif known:
            tickers = {each: await self._called(client.fetch_ticker(each), asked=asked) for each in known}
        lacking = [each for each in known if each not in tickers]
        if lacking:
            raise self._error(Unreadable, asked, "a quote of every symbol that is listed", f"none of {lacking[0]}")
        rows = [_quote(each, tickers[each], self._clock.now()) for each in known]
        return table(QuotesWanted, rows), {each: "unknown" for each in want.symbols if each not in markets}

    # --- the client

    async def _markets(self, *, again: bool = False) -> tuple[Any, dict[str, Mapping[str, Any]]]:
        """The client, and the markets that trade, by ccxt's symbol."""
        async with self._lock:
            if self._client is None:
                # It loads a hundred exchanges: long enough to keep everything else waiting.
                self._client = self._connected(await asyncio.to_thread(importlib.import_module, "ccxt.async_support"))
            client = self._client
            if again or not client.markets:
                await self._called(client.load_markets(again), asked=f"symbols of {self._settings.exchange}")
        markets = cast("dict[str, Mapping[str, Any]]", client.markets or {})
        wanted = {"spot", "swap", "future"} if self._settings.contracts else {"spot"}
        found = {
            symbol: each
            for symbol, each in markets.items()
            if each.get("active") is not False and each["type"] in wanted
        }
        if not found:
            raise self._error(Unreadable, f"symbols of {self._settings.exchange}", "symbols", "none")
        return client, found

    def _connected(self, library: Any) -> Any:  # noqa: ANN401 - ccxt is untyped
        """The exchange's client: its own limiter off, its answers looked at before it reads them."""
        name = self._settings.exchange
        if name not in library.exchanges:
            raise self._error(Refused, name, "an exchange that ccxt knows", repr(name))
        milliseconds = int(self._settings.patience_seconds * 1000)
        client: Any = getattr(library, name)({"enableRateLimit": False, "timeout": milliseconds})
        client.on_rest_response = self._looked_at
        listing: Any = client.options.get("fetchMarkets")
        types: Any = listing.get("types") if hasattr(listing, "get") else None
        if isinstance(types, list) and "spot" in types and not self._settings.contracts:
            listing["types"] = ["spot"]
        if self._settings.url:
            client.urls["api"] = _moved(client.urls["api"], self._settings.url.rstrip("/"))
        return client

    async def _called(self, call: Awaitable[T], *, asked: str) -> T:
        """What a call of the client gives, at our pace; what it raises leaves as ours."""
        await self._pace.acquire()
        with translated(errors(), provider=NAME, asked=asked):
            return await call

    def _looked_at(self, status: int, _reason: str, url: str, *more: Any) -> str:  # noqa: ANN401 - as ccxt calls it
        """An answer's body, counted; ccxt reads what is no JSON as if there were no data."""
        headers, body = more[1], more[2]
        asked = url.split("?", maxsplit=1)[0]
        self._counted.get().append(asked)
        if (plain := PLAIN.get(status)) is not None:
            lower = {name.lower(): value for name, value in headers.items()}
            error = of_status(plain, lower.get, provider=NAME, asked=asked, found=body[:120])
            if error is not None:
                raise error
        if status < 400 and not _is_json(body):
            raise self._error(Unreadable, asked, "JSON", f"{body[:40]!r}")
        return body

    def _error(self, kind: type[ProviderError], asked: str, expected: str, found: str) -> ProviderError:
        return made(kind, provider=NAME, asked=asked, expected=expected, found=found)


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What ccxt raises, as our errors.

    A plain `ExchangeError` is what ccxt makes of an answer that broke off, and of a refusal that it does not know.
    """
    import aiohttp
    import ccxt as library  # pyright: ignore[reportMissingTypeStubs] - it ships none

    return {
        aiohttp.ClientError: Unavailable,
        TimeoutError: Unavailable,
        library.BaseError: Unavailable,
        library.ExchangeError: Unavailable,
        library.OperationFailed: Unavailable,
        library.NetworkError: Unavailable,
        library.BadResponse: Unreadable,
        library.ChecksumError: Unreadable,
        library.RateLimitExceeded: RateLimited,
        library.DDoSProtection: RateLimited,
        library.AuthenticationError: Refused,
        library.ArgumentsRequired: Refused,
        library.BadRequest: Refused,
        library.NotSupported: Refused,
        library.OperationRejected: Refused,
        library.InsufficientFunds: Refused,
        library.InvalidAddress: Refused,
        library.InvalidOrder: Refused,
        library.InvalidProxySettings: Refused,
        library.ExchangeClosedByUser: Refused,
    }


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _moved(urls: Any, address: str) -> Any:  # noqa: ANN401 - texts, and tables of them, as deep as ccxt writes them
    """The same addresses at another host."""
    if isinstance(urls, dict):
        return {name: _moved(each, address) for name, each in cast("dict[str, Any]", urls).items()}
    return re.sub(r"^\w+://[^/]+", address, urls) if isinstance(urls, str) else urls


def _page_of(client: Any) -> int:  # noqa: ANN401 - ccxt is untyped
    """How many candles the exchange gives at once."""
    spot: Any = client.features.get("spot") if client.features else None
    candles: Any = spot.get("fetchOHLCV") if spot else None
    return int(candles.get("limit") or PAGE) if candles else PAGE


def _starts(want: BarsWanted) -> tuple[int, int]:
    """The starts, in milliseconds, of the first and the last bar of a stretch; what it states are dates or ends."""
    step = want.interval.seconds * 1000
    first, last = (int(each.astype("M8[ms]").astype(np.int64)) for each in (want.first, want.last))
    if not want.interval.is_intraday:
        return first // step * step, last // step * step
    return -(-first // step) * step - step, last // step * step - step


def _date(milliseconds: Any) -> dt.date | None:  # noqa: ANN401 - what ccxt says, which may be nothing
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC).date() if milliseconds else None


def _quote(symbol: str, ticker: Mapping[str, Any], now: dt.datetime) -> Mapping[str, Any]:
    said = ticker.get("timestamp")
    return {
        "symbol": symbol,
        "quoted": dt.datetime.fromtimestamp(said / 1000, tz=dt.UTC) if said else now,
        "bid": ticker.get("bid"),
        "ask": ticker.get("ask"),
        "bid_size": ticker.get("bidVolume"),
        "ask_size": ticker.get("askVolume"),
        "last": ticker.get("last"),
        "volume": ticker.get("baseVolume"),
    }


PROVIDER = Declared(
    name=NAME,
    title="crypto exchanges through ccxt (binance, coinbase, kraken and a hundred more)",
    settings=Settings,
    make=Ccxt,
    errors=errors,
    library="ccxt",
    extra="ccxt",
    calendar="always_open",
)
