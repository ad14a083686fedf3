"""The exchange over HTTP tells the market as it was at each moment, and nothing of what came later."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from scanwright.data.exchange.app import Exchange
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.feed import CHANNELS
from scanwright.model.interval import Interval
from tests.exchange import running


def at(text):
    return int(np.datetime64(text, "s").astype(np.int64))


def get(url, path, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    with urllib.request.urlopen(f"{url}/v1/{path}?{words}", timeout=20) as answer:
        return json.loads(answer.read())


def rows(url, path, **query):
    """All pages of a table."""
    page = get(url, path, **query)
    found = page["rows"]
    while page["next"] is not None:
        page = get(url, path, **query, page=page["next"])
        found += page["rows"]
    assert len(found) == page["count"]
    return found


@pytest.fixture(scope="module")
def exchange(market):
    with running(market, most_symbols=10, page_rows=700) as found:
        yield found


@pytest.fixture
def middle(exchange, made):
    """The exchange at noon in New York of a session in the middle of the market."""
    day = made.ts[250].astype("M8[D]")
    exchange.go_to(at(f"{day}T17:00:00"))
    yield day
    exchange.go_to(exchange.server.book.end())


def test_the_last_word_is_the_market_itself(exchange, market):
    symbols = market.panel(Interval.DAY).symbols[:3]
    told = get(exchange.url, "bars", symbols=",".join(symbols), interval="1d", first="2000-01-01", last="2030-01-01")
    found = [told]
    while told["next"] is not None:
        more = {"page": told["next"]}
        told = get(
            exchange.url,
            "bars",
            symbols=",".join(symbols),
            interval="1d",
            first="2000-01-01",
            last="2030-01-01",
            **more,
        )
        found.append(told)
    assert len(found) > 1
    bars = pl.concat(
        pl.DataFrame({"symbol": symbol, **columns}, strict=False)
        for page in found
        for symbol, columns in page["bars"].items()
    ).with_columns(pl.col("ts").str.to_date())
    kept = market.bars(Interval.DAY, symbols=symbols)
    assert bars.sort("symbol", "ts").cast(dict(kept.schema)).equals(kept.sort("symbol", "ts"))


def test_nothing_is_told_before_it_is_known(exchange, middle, made):
    today = str(middle)
    bars = get(exchange.url, "bars", symbols="SPY", interval="1d", first="2000-01-01", last="2030-01-01")
    assert max(bars["bars"]["SPY"]["ts"]) < today
    assert bars["forming"]["SPY"]["ts"] == today
    assert bars["as_of"] == f"{today}T17:00:00Z"
    assert get(exchange.url, "day", date=today)["count"] == 0
    listed = rows(exchange.url, "symbols")
    assert not [each for each in listed if each["delisted"] and each["delisted"] >= today]
    assert {each["symbol"] for each in listed} < set(made.symbols) | {each.was for each in made.happened.renames}
    assert max(each["date"] for each in rows(exchange.url, "actions")) <= today
    assert max(each["known"] for each in rows(exchange.url, "events")) <= f"{today}T17:00:00Z"
    assert max(each["ts"] for each in rows(exchange.url, "events", kinds="earnings")) > f"{today}T17:00:00Z"
    assert max(each["known"] for each in rows(exchange.url, "facts")) <= f"{today}T17:00:00Z"
    members = rows(exchange.url, "members")
    assert members
    assert not [each for each in members if each["since"] > today or (each["until"] or "") > today]


def test_members_are_those_of_the_tables(exchange, made):
    told = pl.DataFrame(rows(exchange.url, "members"), infer_schema_length=None).select(
        "symbol", "list", "since", "until"
    )
    kept = made.table("members").select("symbol", "list", pl.col("since", "until").cast(pl.String))
    assert told.sort(told.columns).equals(kept.sort(kept.columns))


def test_an_open_bar_is_made_of_the_trades_so_far(exchange, made):
    symbol, day = made.symbols[0], made.ts[-1].astype("M8[D]")
    exchange.go_to(at(f"{day}T18:30:30"))
    forming = get(exchange.url, "bars", symbols=symbol, interval="1m", first=str(day), last="2030-01-01")["forming"]
    trades = rows(exchange.url, "trades", symbol=symbol, first=f"{day}T18:30:00Z", last=f"{day}T18:31:00Z")
    exchange.go_to(exchange.server.book.end())
    if not trades:
        assert symbol not in forming
        return
    prices = [each["price"] for each in trades]
    bar = forming[symbol]
    assert (bar["open"], bar["high"], bar["low"], bar["close"]) == (prices[0], max(prices), min(prices), prices[-1])
    assert bar["volume"] == pytest.approx(sum(each["size"] for each in trades))


def test_trades_add_up_to_their_bars(exchange, made):
    day, symbol = str(made.ts[-2].astype("M8[D]")), "SPY"
    trades = rows(exchange.url, "trades", symbol=symbol, first=f"{day}T00:00:00Z", last=f"{day}T23:59:00Z")
    column = made.symbols.index(symbol)
    prices = [each["price"] for each in trades]
    whole = [made.fields[name][-2, column] for name in ("open", "high", "low", "close", "volume")]
    assert [prices[0], max(prices), min(prices), prices[-1]] == whole[:4]
    assert sum(each["size"] for each in trades) == pytest.approx(whole[4])
    assert [each["ts"] for each in trades] == sorted(each["ts"] for each in trades)


def test_quotes_stand_around_the_last_trade(exchange, made):
    wanted = [*made.symbols[:30]]
    told = {each["symbol"]: each for each in rows(exchange.url, "quotes", symbols=",".join(wanted))}
    assert len(told) > 5
    assert all(each["bid"] < each["last"] < each["ask"] for each in told.values())


def test_news_comes_in_the_order_in_which_it_became_known(exchange, made):
    since = str(made.ts[-20].astype("M8[D]"))
    told = rows(exchange.url, "news", since=since)
    assert told
    assert all(each["kind"] == "news" and each["known"] > since for each in told)
    assert [each["known"] for each in told] == sorted(each["known"] for each in told)


def test_a_renamed_symbol_has_its_former_name_before(exchange, made):
    renamed = made.happened.renames
    assert renamed
    each = renamed[0]
    before, after = (
        at(str(each.date.astype("M8[D]") + days)) for days in (np.timedelta64(-1, "D"), np.timedelta64(1, "D"))
    )
    wanted = {"symbols": f"{each.symbol},{each.was}", "interval": "1d", "first": "2000-01-01", "last": "2030-01-01"}
    exchange.go_to(before)
    told = get(exchange.url, "bars", **wanted)
    assert list(told["bars"]) == [each.was]
    assert told["unknown"] == [each.symbol]
    exchange.go_to(after)
    told = get(exchange.url, "bars", **wanted)
    exchange.go_to(exchange.server.book.end())
    assert list(told["bars"]) == [each.symbol]
    assert told["renamed"][each.was].startswith(each.symbol)


def test_a_symbol_is_unknown_before_it_is_listed_and_ended_after_it_is_gone(exchange, made):
    lives = made.happened.lives
    late = int(np.flatnonzero((lives.begins > 20) & (lives.ends == len(made.ts)))[0])
    gone = int(np.flatnonzero(lives.ends < len(made.ts) - 5)[0])
    former = {each.symbol: each.was for each in made.happened.renames}
    wanted = {"interval": "1d", "first": "2000-01-01", "last": "2030-01-01"}
    exchange.go_to(at(str(made.ts[lives.begins[late] - 5].astype("M8[D]"))))
    name = former.get(made.symbols[late], made.symbols[late])
    assert get(exchange.url, "bars", symbols=name, **wanted)["unknown"] == [name]
    exchange.go_to(exchange.server.book.end())
    told = get(exchange.url, "bars", symbols=made.symbols[gone], **wanted)
    assert told["ended"] == {made.symbols[gone]: str(made.ts[lives.ends[gone] - 1].astype("M8[D]"))}
    days = {
        each["date"] for each in rows(exchange.url, "actions", symbols=made.symbols[gone]) if each["kind"] == "delisted"
    }
    assert days == {str(made.ts[lives.ends[gone] - 1].astype("M8[D]") + np.timedelta64(1, "D"))}


def test_the_whole_market_of_a_day(exchange, made):
    row = len(made.ts) - 3
    told = get(exchange.url, "day", date=str(made.ts[row].astype("M8[D]")))
    assert told["count"] == made.bar[row].sum()
    assert list(told["bars"]) == [symbol for at, symbol in enumerate(made.symbols) if made.bar[row, at]]


def test_the_chain_is_the_last_one_that_was_kept(exchange, made):
    told = rows(exchange.url, "chain", underlying="SPY")
    assert {each["quoted"][:10] for each in told} == {str(made.ts[-1].astype("M8[D]"))}
    exchange.go_to(at(f"{made.ts[-3].astype('M8[D]')}T15:00:00"))
    before = rows(exchange.url, "chain", underlying="SPY")
    exchange.go_to(exchange.server.book.end())
    assert {each["quoted"][:10] for each in before} == {str(made.ts[-4].astype("M8[D]"))}


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("bars", {"interval": "1d"}, "first in the query"),
        ("bars", {"interval": "9z", "first": "2020-01-01", "last": "2020-01-02"}, "an interval"),
        ("bars", {"interval": "1d", "first": "yesterday", "last": "2020-01-02"}, "a date or time in first"),
        ("bars", {"symbols": "A,B,C,D,E,F,G,H,I,J,K", "interval": "1d", "first": "2020-01-01"}, "at most 10"),
        ("symbols", {"page": "two"}, "a row number"),
        ("trades", {"symbol": "ZZZZZ", "first": "2020-01-01", "last": "2020-01-02"}, "a known symbol"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told(exchange, path, query, said):
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(exchange.url, path, **query)
    assert caught.value.code == 400
    assert said in json.loads(caught.value.read())["error"]


def test_a_path_that_is_not_there_is_told_like_the_rest(exchange):
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(exchange.url, "candles")
    assert caught.value.code == 404
    found = json.loads(caught.value.read())
    assert "found GET /v1/candles" in found["error"]
    assert found["code"] == "settings"


def test_the_clock_runs_and_can_be_set(exchange):
    begun = dt.datetime(2025, 6, 2, 15, tzinfo=dt.UTC)
    request = urllib.request.Request(f"{exchange.url}/v1/clock?now=2025-06-02T15:00:00Z", method="PUT")
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert json.loads(answer.read())["now"] == begun.strftime("%Y-%m-%dT%H:%M:%SZ")
    exchange.go_to(exchange.server.book.end())


def test_a_running_clock_replays_at_its_speed(daily):
    start = at("2025-06-02T14:00:00")
    with running(daily, moment=start, speed=3600.0) as found:
        told = get(found.url, "clock")
        assert told["speed"] == 3600.0
        assert "2025-06-02T14:00:00Z" <= told["now"] < "2025-06-03T14:00:00Z"


def test_every_path_and_every_fault_is_documented():
    page = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text(encoding="utf-8")
    served = re.findall(r'"(\w+)": self\._\w+,\n', inspect.getsource(Exchange.__init__))
    assert len(served) > 10
    assert not [each for each in served if f"`/v1/{each}" not in page]
    assert not [each.name for each in dataclasses.fields(Behaviour) if f"`{each.name}`" not in page]
    assert not [each for each in CHANNELS if f"`{each}`" not in page]
