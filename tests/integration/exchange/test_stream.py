"""The live feed over a real WebSocket: everything once, in order, with numbers that show what is missing."""

from __future__ import annotations

import asyncio
import contextlib
import json

import numpy as np
import pytest
import websockets

from tests.exchange import running


def at(text):
    return int(np.datetime64(text, "s").astype(np.int64))


@contextlib.asynccontextmanager
async def reader(exchange, key="", **wish):
    headers = {"X-API-Key": key} if key else {}
    address = exchange.url.replace("http", "ws") + "/v1/stream"
    async with websockets.connect(address, additional_headers=headers, max_size=None) as socket:
        await socket.send(json.dumps(wish))
        yield socket


async def next_of(socket):
    return json.loads(await asyncio.wait_for(socket.recv(), 20))


async def until(socket, enough):
    """The messages up to the one that is enough."""
    found = []
    while not found or not enough(found[-1]):
        found.append(await next_of(socket))
    return found


def is_beat(message):
    return message["type"] == "heartbeat"


def close_of(made, row):
    """A minute after the close of a session, in seconds."""
    from scanwright.model.calendars import calendar

    return int(calendar("us_stocks").open_close(made.ts[[row]])[1].astype("M8[s]").astype(np.int64)[0]) + 60


@pytest.fixture
def exchange(daily, made):
    with running(daily, moment=close_of(made, -40)) as found:
        yield found


def test_every_bar_that_closes_is_told_once(exchange, made):
    async def listen():
        async with reader(exchange, subscribe=["*"], channels=["bars", "symbols"]) as socket:
            hello = await next_of(socket)
            exchange.go_to(close_of(made, -39))
            return hello, await until(socket, is_beat)

    hello, told = asyncio.run(listen())
    assert hello["type"] == "subscribed"
    closed = [each for each in told if each["type"] == "bar"]
    row = len(made.ts) - 39
    assert sorted(each["symbol"] for each in closed) == sorted(called(made, row))
    column = made.symbols.index("SPY")
    spy = next(each for each in closed if each["symbol"] == "SPY")
    assert [spy[name] for name in ("open", "close", "volume")] == [
        made.fields[name][row, column] for name in ("open", "close", "volume")
    ]


def called(made, row):
    """The names of those that trade on a row, as they are called on it."""
    former = {each.symbol: each.was for each in made.happened.renames if each.date > made.ts[row]}
    return [former.get(symbol, symbol) for at, symbol in enumerate(made.symbols) if made.bar[row, at]]


def test_numbers_rise_and_name_the_one_before(exchange, made):
    async def listen():
        async with reader(exchange, subscribe=["SPY", made.symbols[0]]) as socket:
            hello = await next_of(socket)
            told = []
            for row in range(-39, -34):
                exchange.go_to(close_of(made, row))
                told += await until(socket, lambda each: each["type"] == "bar" and each["symbol"] == "SPY")
            return hello, told

    hello, told = asyncio.run(listen())
    told = [each for each in told if not is_beat(each)]
    numbers = [hello["seq"], *(each["seq"] for each in told)]
    assert [each["prev"] for each in told] == numbers[:-1]
    assert numbers == sorted(set(numbers))


def test_who_comes_back_with_a_number_loses_nothing(exchange, made):
    async def listen():
        async with reader(exchange, subscribe=["SPY"]) as socket:
            await next_of(socket)
            exchange.go_to(close_of(made, -39))
            seen = (await until(socket, lambda each: each["type"] == "bar"))[-1]
        async with reader(exchange, subscribe=["SPY"]) as other:
            await next_of(other)
            exchange.go_to(close_of(made, -38))
            missed = (await until(other, lambda each: each["type"] == "bar"))[-1]
        async with reader(exchange, subscribe=["SPY"], after=seen["seq"]) as again:
            await next_of(again)
            return seen, missed, await until(again, lambda each: each["type"] == "bar")

    seen, missed, told = asyncio.run(listen())
    assert told[-1] | {"prev": 0} == missed | {"prev": 0}
    assert told[-1]["prev"] == seen["seq"]


def test_what_is_not_kept_any_more_is_told_as_a_gap(exchange):
    async def listen():
        async with reader(exchange, subscribe=["SPY"], after=10_000) as socket:
            await next_of(socket)
            return await next_of(socket)

    assert asyncio.run(listen()) == {"type": "gap", "after": 10_000, "next": 1}


def test_lost_messages_show_and_can_be_had_again(daily, made):
    async def listen(exchange):
        async with reader(exchange, subscribe=["*"]) as socket:
            here = (await next_of(socket))["seq"]
            exchange.go_to(close_of(made, -39))
            first = await until(socket, is_beat)
            await socket.send(json.dumps({"after": here}))
            return here, first, await until(socket, is_beat)

    with running(daily, moment=close_of(made, -40), lose_rate=0.3) as exchange:
        here, first, again = asyncio.run(listen(exchange))
    first, again = ([each for each in some if each["type"] == "bar"] for some in (first, again))
    have = {here, *(each["seq"] for each in first)}
    assert [each for each in first if each["prev"] not in have]
    assert len(again) == made.bar[-39].sum()
    assert {each["seq"] for each in first} < {each["seq"] for each in again}
    numbers = [here, *(each["seq"] for each in again)]
    assert [each["prev"] for each in again] == numbers[:-1]


def test_a_standing_market_sends_heartbeats(exchange):
    async def listen():
        async with reader(exchange, subscribe=["SPY"]) as socket:
            hello = await next_of(socket)
            return hello, await next_of(socket)

    hello, beat = asyncio.run(listen())
    assert is_beat(beat)
    assert (beat["prev"], beat["now"]) == (hello["seq"], hello["now"])


def test_wrong_bars_are_corrected_and_late_ones_come(daily, made):
    async def listen(exchange):
        async with reader(exchange, subscribe=["*"]) as socket:
            await next_of(socket)
            exchange.go_to(close_of(made, -39))
            soon = await until(socket, is_beat)
            exchange.go_to(close_of(made, -39) + 86_400)
            return soon, await until(socket, is_beat)

    with running(daily, moment=close_of(made, -40), late_rate=0.2, correct_rate=0.2) as exchange:
        soon, later = asyncio.run(listen(exchange))
    day = str(made.ts[-39].astype("M8[D]"))
    soon, late = (
        {each["symbol"]: each for each in some if each.get("ts") == day and each["type"] == "bar"}
        for some in (soon, later)
    )
    fixed = {each["symbol"]: each for each in later if each["type"] == "corrected" and each["ts"] == day}
    assert late
    assert fixed
    assert set(late).isdisjoint(soon)
    assert set(fixed) <= set(soon)
    assert len(soon) + len(late) == made.bar[-39].sum()
    assert all(soon[each]["close"] == pytest.approx(1.01 * fixed[each]["close"]) for each in fixed)


def test_trades_and_quotes_of_a_running_market_add_up(market, made):
    minute = 60
    begin = close_of(made, -2) - 60 - 30 * minute

    async def listen(exchange):
        async with reader(exchange, subscribe=["SPY"], channels=["bars", "trades", "quotes"], interval="1m") as socket:
            return await until(socket, lambda each: each["type"] == "bar" and each["ts"] >= stamp(begin + 3 * minute))

    with running(market, moment=begin + 1, speed=120.0) as exchange:
        told = asyncio.run(listen(exchange))
    bars = [each for each in told if each["type"] == "bar"][1:]
    trades, quotes = ([each for each in told if each["type"] == kind] for kind in ("trade", "quote"))
    assert bars
    for bar in bars:
        ends = at(bar["ts"].removesuffix("Z"))
        inside = [each for each in trades if (ends - minute) * 1000 < each["ts"] <= ends * 1000]
        prices = [each["price"] for each in inside]
        assert [prices[0], max(prices), min(prices), prices[-1]] == [
            bar[name] for name in ("open", "high", "low", "close")
        ]
        assert sum(each["size"] for each in inside) == pytest.approx(bar["volume"])
    assert len(quotes) >= len(trades) / 2
    assert all(each["bid"] < each["ask"] for each in quotes)


def test_two_readers_of_other_intervals_hear_of_a_trade_once(market, made):
    begin = close_of(made, -2) - 60 - 3600

    async def listen(exchange):
        wish = {"subscribe": ["SPY"], "channels": ["trades"]}
        async with reader(exchange, **wish, interval="1m") as one, reader(exchange, **wish, interval="1d") as two:
            await next_of(one)
            await next_of(two)
            exchange.go_to(begin + 120)
            return [await until(each, is_beat) for each in (one, two)]

    with running(market, moment=begin) as exchange:
        told = asyncio.run(listen(exchange))
    trades = [[(each["ts"], each["price"]) for each in some if each["type"] == "trade"] for some in told]
    assert trades[0] == trades[1]
    assert len(trades[0]) == len(set(trades[0])) > 0


def stamp(seconds):
    return f"{np.datetime64(seconds, 's')}Z"


def test_open_bars_grow_towards_their_close(market, made):
    begin = close_of(made, -2) - 60 - 3600

    async def listen(exchange):
        async with reader(exchange, subscribe=["SPY"], channels=["bars"], interval="1d") as socket:
            return await until(socket, lambda each: each["type"] == "bar")

    with running(market, moment=begin, speed=1800.0) as exchange:
        told = asyncio.run(listen(exchange))
    forming = [each for each in told if each["type"] == "forming"]
    whole = told[-1]
    assert forming
    assert all(each["open"] == whole["open"] and each["high"] <= whole["high"] for each in forming)
    volumes = [each["volume"] for each in forming]
    assert volumes == sorted(volumes)
    assert volumes[-1] <= whole["volume"]


def test_news_is_told_when_it_becomes_known(exchange, made):
    told = made.table("events")
    after = close_of(made, -39)
    import polars as pl

    known = pl.col("known").dt.epoch("s")
    wanted = told.filter((pl.col("kind") == "news") & (known > exchange.server.timeline.now()) & (known <= after))

    async def listen():
        async with reader(exchange, subscribe=["*"], channels=["news"]) as socket:
            await next_of(socket)
            exchange.go_to(after)
            return await until(socket, is_beat)

    found = [each for each in asyncio.run(listen()) if each["type"] == "news"]
    assert wanted.height
    assert sorted(each["headline"] for each in found) == sorted(wanted["headline"].to_list())


def test_listings_renames_and_ends_are_told(daily, made):
    lives = made.happened.lives

    async def listen(exchange):
        async with reader(exchange, subscribe=["*"], channels=["symbols"]) as socket:
            await next_of(socket)
            exchange.go_to(close_of(made, -1) + 3 * 86_400)
            return await until(socket, is_beat)

    with running(daily, moment=close_of(made, 20)) as exchange:
        told = asyncio.run(listen(exchange))
    kinds = {kind: [each for each in told if each["type"] == kind] for kind in ("listed", "renamed", "delisted")}
    assert {each["symbol"] for each in kinds["listed"]} == {
        made.symbols[at] for at in np.flatnonzero(lives.begins > 20)
    }
    assert {each["was"] for each in kinds["renamed"]} == {
        each.was for each in made.happened.renames if each.date > made.ts[20]
    }
    gone = (lives.ends < len(made.ts)) & (lives.ends > 20)
    assert {each["symbol"] for each in kinds["delisted"]} == {made.symbols[at] for at in np.flatnonzero(gone)}


def test_keys_are_needed_here_too(daily):
    async def listen(exchange, key):
        async with reader(exchange, key=key, subscribe=["SPY"]) as socket:
            return await next_of(socket)

    with running(daily, keys=("opensesame",)) as exchange:
        assert asyncio.run(listen(exchange, "opensesame"))["type"] == "subscribed"
        with pytest.raises((websockets.ConnectionClosed, websockets.InvalidStatus)):
            asyncio.run(listen(exchange, ""))


@pytest.mark.parametrize(
    "wish",
    [
        {"subscribe": "SPY"},
        {"channels": ["bars"]},
        {"subscribe": ["SPY"], "channels": ["gossip"]},
        {"subscribe": ["SPY"], "interval": "9z"},
    ],
)
def test_a_wish_that_cannot_be_read_is_refused(exchange, wish):
    async def listen():
        async with reader(exchange, **wish) as socket:
            await next_of(socket)

    with pytest.raises(websockets.ConnectionClosed) as caught:
        asyncio.run(listen())
    assert caught.value.rcvd.code == 4400


def test_an_outage_closes_the_feed(daily):
    async def listen(exchange):
        async with reader(exchange, subscribe=["SPY"]) as socket:
            await until(socket, lambda _: False)

    with running(daily, outage_at=0.3, outage_for=30) as exchange, pytest.raises(websockets.ConnectionClosed):
        asyncio.run(listen(exchange))
