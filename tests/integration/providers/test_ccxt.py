"""Binance and Kraken through the real ccxt over real HTTP; shapes from the exchanges' documentation.

Binance: `GET /api/v3/exchangeInfo`, `/api/v3/klines`, `/api/v3/ticker/24hr`; Kraken: `/0/public/Assets`,
`/0/public/AssetPairs`, `/0/public/OHLC`. The values are made up.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading

import numpy as np
import pytest

from scanwright.data.ports import ActionsWanted, BarsWanted, QuotesWanted, SymbolsWanted
from scanwright.data.providers.ccxt import PROVIDER, Settings
from scanwright.model.clock import SettableClock
from scanwright.model.errors import ProviderError, RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from tests.recorded import Reply, serving

NOW = dt.datetime(2024, 8, 8, 12, 30, tzinfo=dt.UTC)
MINUTE, DAY = 60_000, 86_400_000
START = int(dt.datetime(2024, 8, 1, tzinfo=dt.UTC).timestamp()) * 1000


def listed(base, quote, status="TRADING"):
    return {
        "symbol": base + quote,
        "status": status,
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "icebergAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
        ],
        "permissions": ["SPOT"],
        "permissionSets": [["SPOT"]],
    }


INFO = {
    "timezone": "UTC",
    "serverTime": START,
    "rateLimits": [],
    "exchangeFilters": [],
    "symbols": [listed("BTC", "USDT"), listed("ETH", "USDT"), listed("OLD", "USDT", "BREAK")],
}


def kline(start, price=100.0, length=MINUTE):
    prices = [str(price), str(price + 2), str(price - 1), str(price + 1)]
    return [start, *prices, "12.5", start + length - 1, "1250.0", 42, "6.0", "600.0", "0"]


class Klines:
    """The candles of an exchange, given from `startTime` on, `most` at a time."""

    def __init__(self, starts, most=1000, length=MINUTE):
        self.rows, self.most = [kline(each, length=length) for each in starts], most

    def __call__(self, seen):
        limit = min(int(seen.query.get("limit", 500)), self.most)
        since = int(seen.query["startTime"]) if "startTime" in seen.query else None
        if since is None:
            return self.rows[-limit:]
        return [row for row in self.rows if row[0] >= since][:limit]


def routes(klines, **more):
    said = {"/api/v3/exchangeInfo": INFO, "/api/v3/klines": klines} | more
    return {path: Reply(body=body) if isinstance(body, list) else body for path, body in said.items()}


def asked(answers, want, **settings):
    async def story(server):
        own = Settings(url=server.address, requests_per_second=1000, **settings)
        provider = PROVIDER.make(own, SettableClock(NOW))
        try:
            return await provider.ask(want)
        finally:
            await provider.close()

    with serving(answers) as server:
        return asyncio.run(story(server)), server


def bars(*symbols, interval=Interval.MINUTE, first="2024-08-01T00:01", last="2024-08-01T01:00"):
    return BarsWanted(
        symbols=symbols, interval=interval, first=np.datetime64(first, "s"), last=np.datetime64(last, "s")
    )


def test_symbols_are_the_markets_that_trade():
    answer, _ = asked(routes([]), SymbolsWanted())
    assert answer.table.select("symbol", "name", "kind", "exchange", "currency").rows() == [
        ("BTC/USDT", "BTC/USDT", "crypto", "binance", "USDT"),
        ("ETH/USDT", "ETH/USDT", "crypto", "binance", "USDT"),
    ]
    assert answer.requests == 1


def test_starts_become_ends():
    answer, _ = asked(routes(Klines([START, START + MINUTE])), bars("BTC/USDT"))
    assert answer.table.rows() == [
        ("BTC/USDT", dt.datetime(2024, 8, 1, 0, minute, tzinfo=dt.UTC), 100.0, 102.0, 99.0, 101.0, 12.5)
        for minute in (1, 2)
    ]


def test_a_day_s_bar_is_of_its_date():
    want = bars("BTC/USDT", interval=Interval.DAY, first="2024-08-01", last="2024-08-03")
    answer, _ = asked(routes(Klines([START + n * DAY for n in range(8)], length=DAY)), want)
    assert answer.table["ts"].to_list() == [dt.date(2024, 8, day) for day in (1, 2, 3)]


def test_exactly_the_stretch_is_given():
    want = bars("BTC/USDT", first="2024-08-01T00:03:30", last="2024-08-01T00:06:30")
    answer, _ = asked(routes(Klines([START + n * MINUTE for n in range(60)])), want)
    assert [each.minute for each in answer.table["ts"]] == [4, 5, 6]


@pytest.mark.parametrize("most", [7, 60, 1000])
def test_pages_are_followed_whatever_they_hold(most):
    """Also where a page is shorter than what was asked for."""
    answer, server = asked(routes(Klines([START + n * MINUTE for n in range(100)], most)), bars("BTC/USDT"))
    assert len(answer.table) == 60
    assert len(server.asked("/api/v3/klines")) == -(-60 // most)
    assert answer.requests == len(server.seen)


def test_the_forming_bar_comes_too():
    start = int(NOW.timestamp()) * 1000
    want = bars("BTC/USDT", first="2024-08-08T12:31", last="2024-08-08T12:31")
    answer, _ = asked(routes(Klines([start])), want)
    assert answer.table["ts"].to_list() == [NOW + dt.timedelta(minutes=1)]
    assert answer.as_of == NOW


def test_a_symbol_that_stopped_trading_has_no_trade_and_one_that_is_not_listed_is_unknown():
    old = Klines([START - n * MINUTE for n in range(5, 0, -1)])
    answer, server = asked(routes(old), bars("BTC/USDT", "OLD/USDT", "DOGE/USDT"))
    assert answer.absent == {"BTC/USDT": "no trade", "OLD/USDT": "unknown", "DOGE/USDT": "unknown"}
    assert len(server.asked("/api/v3/klines")) == 2


def test_empty_windows_are_passed_where_trading_goes_on_behind_them():
    """Some exchanges answer a window of time: an empty one is not the end."""
    last = START + 3_500 * MINUTE

    def window(seen):
        if "startTime" not in seen.query:
            return [kline(last)]
        since = int(seen.query["startTime"])
        return [kline(last)] if since <= last < since + 1000 * MINUTE else []

    answer, _ = asked(routes(window), bars("BTC/USDT", last="2024-08-03T12:00"))
    assert answer.table["ts"].to_list() == [dt.datetime(2024, 8, 3, 10, 21, tzinfo=dt.UTC)]


def empty_but_trading(seen):
    return [kline(START)] if "startTime" not in seen.query else []


@pytest.mark.parametrize(
    ("klines", "told"),
    [
        (empty_but_trading, "none, though 2024-08-01T00:00"),
        ([], "a bar of a symbol that is listed"),
        ([kline(START + 1)], "whole 1m"),
        ([kline(START), kline(START)], "stamps that rise"),
        ([[START, "x", "2", "1", "1", "1"]], "BTC/USDT|promised form"),
        ([kline(START, -5.0)], "prices"),
        ("<html>Maintenance</html>", "JSON"),
        (Reply(body='[[1722470400000,"1","2"', headers={"Content-Type": "application/json"}), "JSON"),
        ("", "JSON"),
    ],
    ids=["empty", "never traded", "off the grid", "twice", "text", "negative", "a page", "cut", "nothing"],
)
def test_broken_answers_are_no_data(klines, told):
    with pytest.raises(Unreadable, match=told):
        asked(routes(klines), bars("BTC/USDT"))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (
            Reply(status=429, headers={"Retry-After": "7"}, body={"code": -1003, "msg": "Too many requests"}),
            RateLimited,
        ),
        (Reply(status=418, headers={"Retry-After": "120"}, body={"code": -1003, "msg": "banned"}), RateLimited),
        (Reply(status=503, body="busy"), Unavailable),
        (Reply(status=451, body={"code": 0, "msg": "Service unavailable from a restricted location"}), Refused),
        (Reply(status=400, body={"code": -1121, "msg": "Invalid symbol."}), Refused),
        (Reply(body={"code": -1001, "msg": "Internal error"}), Unavailable),
        (Reply(reset=True), Unavailable),
        (Reply(body=[kline(START)] * 50, cut=200), Unavailable),
    ],
    ids=["429", "418", "503", "451", "symbol", "an error in a 200", "reset", "cut"],
)
def test_a_refusal_is_one_of_ours(reply, error):
    with pytest.raises(error, match="ccxt, asked for") as caught:
        asked(routes(reply), bars("BTC/USDT"))
    if error is RateLimited:
        assert caught.value.retry_after == float(reply.headers["Retry-After"])


def test_quotes():
    ticker = {
        "symbol": "BTCUSDT",
        "lastPrice": "100.5",
        "bidPrice": "100.4",
        "bidQty": "2.0",
        "askPrice": "100.6",
        "askQty": "3.0",
        "openPrice": "99.0",
        "highPrice": "101.0",
        "lowPrice": "98.0",
        "volume": "1234.5",
        "quoteVolume": "123450.0",
        "openTime": START,
        "closeTime": START + DAY,
        "count": 100,
    }
    both = [ticker, ticker | {"symbol": "ETHUSDT"}]
    want = QuotesWanted(symbols=("BTC/USDT", "ETH/USDT", "DOGE/USDT"))
    answer, _ = asked(routes([], **{"/api/v3/ticker/24hr": both}), want)
    moment = dt.datetime(2024, 8, 2, tzinfo=dt.UTC)
    assert answer.table.row(0) == ("BTC/USDT", moment, 100.4, 100.6, 2.0, 3.0, 100.5, 1234.5)
    assert answer.absent == {"DOGE/USDT": "unknown"}
    with pytest.raises(Unreadable, match="none of ETH/USDT"):
        asked(routes([], **{"/api/v3/ticker/24hr": [ticker]}), want)


PERPETUAL = listed("BTC", "USDT") | {
    "pair": "BTCUSDT",
    "contractType": "PERPETUAL",
    "deliveryDate": 4133404800000,
    "onboardDate": START + 2 * DAY,
    "marginAsset": "USDT",
    "pricePrecision": 2,
    "quantityPrecision": 3,
    "underlyingType": "COIN",
}


def test_a_contract_is_not_looked_for_before_it_was_listed():
    later = Klines([START + 2 * DAY + n * MINUTE for n in range(5)])
    contracts = {
        "/fapi/v1/exchangeInfo": INFO | {"symbols": [PERPETUAL]},
        "/dapi/v1/exchangeInfo": INFO | {"symbols": []},
        "/fapi/v1/klines": later,
    }
    answer, _ = asked(routes([], **contracts), SymbolsWanted(), contracts=True)
    known = {row["symbol"]: (row["kind"], row["listed"]) for row in answer.table.rows(named=True)}
    assert known["BTC/USDT:USDT"] == ("swap", dt.date(2024, 8, 3))
    assert known["BTC/USDT"] == ("crypto", None)
    answer, _ = asked(routes([], **contracts), bars("BTC/USDT:USDT"), contracts=True)
    assert answer.absent == {"BTC/USDT:USDT": "listed 2024-08-03"}
    answer, server = asked(routes([], **contracts), bars("BTC/USDT:USDT", last="2024-08-03T00:04"), contracts=True)
    assert len(answer.table) == 4
    assert server.asked("/fapi/v1/klines")[0].query["startTime"] == str(START + 2 * DAY)


def test_questions_at_the_same_time_count_their_own_requests():
    async def story(server):
        own = Settings(url=server.address, requests_per_second=1000)
        provider = PROVIDER.make(own, SettableClock(NOW))
        try:
            await provider.ask(SymbolsWanted())
            return await asyncio.gather(*(provider.ask(bars(symbol)) for symbol in ("BTC/USDT", "ETH/USDT")))
        finally:
            await provider.close()

    with serving(routes(Klines([START + n * MINUTE for n in range(60)], 30))) as server:
        found = asyncio.run(story(server))
    assert [(len(answer.table), answer.requests) for answer in found] == [(60, 2), (60, 2)]


@pytest.mark.parametrize("path", ["/api/v3/exchangeInfo", "/api/v3/klines"])
def test_asking_can_be_cancelled_and_asked_again(path):
    gate, arrived = threading.Event(), threading.Event()
    bodies = routes(Klines([START]))

    def held(seen):
        arrived.set()
        body = bodies[path](seen) if callable(bodies[path]) else bodies[path]
        return Reply(body=body, gate=gate)

    async def story(server):
        provider = PROVIDER.make(Settings(url=server.address, requests_per_second=1000), SettableClock(NOW))
        task = asyncio.create_task(provider.ask(bars("BTC/USDT")))
        await asyncio.to_thread(arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        again = await provider.ask(bars("BTC/USDT"))
        await provider.close()
        return again

    with serving(bodies | {path: held}) as server:
        assert len(asyncio.run(story(server)).table) == 1


def test_a_slow_answer_is_given_up():
    gate = threading.Event()
    with pytest.raises(Unavailable, match="RequestTimeout"):
        asked(routes(Reply(body=[kline(START)], gate=gate)), bars("BTC/USDT"), patience_seconds=0.2)
    gate.set()


# --- Kraken: an error inside a 200, and a history that reaches 720 bars back

PAIR = {
    "altname": "XBTUSD",
    "wsname": "XBT/USD",
    "aclass_base": "currency",
    "base": "XXBT",
    "aclass_quote": "currency",
    "quote": "ZUSD",
    "lot": "unit",
    "cost_decimals": 5,
    "pair_decimals": 1,
    "lot_decimals": 8,
    "lot_multiplier": 1,
    "leverage_buy": [],
    "leverage_sell": [],
    "fees": [[0, 0.4]],
    "fees_maker": [[0, 0.25]],
    "fee_volume_currency": "ZUSD",
    "ordermin": "0.0001",
    "costmin": "0.5",
    "tick_size": "0.1",
    "status": "online",
}
ASSETS = {
    "XXBT": {"aclass": "currency", "altname": "XBT", "decimals": 10, "display_decimals": 5},
    "ZUSD": {"aclass": "currency", "altname": "USD", "decimals": 4, "display_decimals": 2},
}


def kraken(ohlc):
    return {
        "/0/public/Assets": {"error": [], "result": ASSETS},
        "/0/public/AssetPairs": {"error": [], "result": {"XXBTZUSD": PAIR}},
        "/0/public/OHLC": ohlc,
    }


def minute_of_kraken():
    row = [START // 1000, "1", "2", "1", "2", "1.5", "10", 3]
    return {"error": [], "result": {"XXBTZUSD": [row], "last": START // 1000}}


RECENT = bars("BTC/USD", first="2024-08-08T12:30", last="2024-08-08T12:30")


def test_kraken_gives_bars():
    start = int(NOW.timestamp()) - 60
    row = [start, "1", "2", "1", "2", "1.5", "10", 3]
    answer, _ = asked(kraken({"error": [], "result": {"XXBTZUSD": [row], "last": start}}), RECENT, exchange="kraken")
    assert answer.table.rows() == [("BTC/USD", NOW, 1.0, 2.0, 1.0, 2.0, 10.0)]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"error": ["EGeneral:Internal error"]}, Unavailable),
        ({"error": ["EAPI:Rate limit exceeded"]}, RateLimited),
        ({"error": [], "result": {}}, Unreadable),
    ],
    ids=["internal", "rate", "no pair in it"],
)
def test_an_error_inside_a_200_is_an_error(said, error):
    with pytest.raises(error):
        asked(kraken(said), RECENT, exchange="kraken")


def test_a_stretch_that_the_exchange_no_longer_has_is_refused():
    """Kraken would answer with its newest 720 bars instead."""
    with pytest.raises(Refused, match="at most the last 720 bars of 1m"):
        asked(kraken(minute_of_kraken()), bars("BTC/USD"), exchange="kraken")
    assert PROVIDER.make(Settings(exchange="kraken"), SettableClock(NOW)).offers.intervals[Interval.DAY] == 720


@pytest.mark.parametrize(
    "exchange", "binanceus bitfinex bitget bitstamp bybit coinbase gate gemini htx kucoin okx".split()
)
def test_other_exchanges_are_asked_where_they_are_told_to_be(exchange):
    """Whatever their addresses look like, and a page that is not there is an error of ours at each."""
    with serving({}) as server:
        provider = PROVIDER.make(
            Settings(exchange=exchange, url=server.address, requests_per_second=1000), SettableClock(NOW)
        )

        async def story():
            try:
                await provider.ask(SymbolsWanted())
            finally:
                await provider.close()

        with pytest.raises(ProviderError, match=f"symbols of {exchange}"):
            asyncio.run(story())
        assert server.seen


def test_what_it_does_not_have_is_refused():
    with pytest.raises(Refused, match="ActionsWanted"):
        asked(routes([]), ActionsWanted(first=NOW.date(), last=NOW.date()))
    with pytest.raises(Refused, match="an exchange that ccxt knows, found 'mtgox'"):
        asked(routes([]), SymbolsWanted(), exchange="mtgox")
    with pytest.raises(Refused, match="an interval of binance, found 1w"):
        asked(routes([]), bars("BTC/USDT", interval=Interval.WEEK))
