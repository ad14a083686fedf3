"""The provider `simulated` asks the exchange over a real socket: whole answers, or errors, never a part of one."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket

import numpy as np
import polars as pl
import pytest

from scanwright.app.settings import WallClock
from scanwright.data.ports import (
    ActionsWanted,
    BarsWanted,
    ChainWanted,
    DayWanted,
    EventsWanted,
    FactsWanted,
    MembersWanted,
    PresentWanted,
    QuotesWanted,
    SymbolsWanted,
)
from scanwright.data.providers import declared, lacking
from scanwright.data.providers.simulated import Settings, Simulated
from scanwright.model.errors import RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.secret import Secret
from tests.exchange import running

ALL = {"first": np.datetime64("2000-01-01", "s"), "last": np.datetime64("2030-01-01", "s")}
YEARS = {"first": dt.date(2020, 1, 1), "last": dt.date(2030, 1, 1)}


def ask(url, want, **settings):
    async def asking():
        provider = Simulated(Settings(url=url, **settings), WallClock())
        try:
            return await provider.ask(want)
        finally:
            await provider.close()

    return asyncio.run(asking())


@pytest.fixture(scope="module")
def exchange(market):
    with running(market, most_symbols=10, page_rows=999) as found:
        yield found


@pytest.mark.parametrize(("stated", "own", "held"), [(3.0, 50.0, 3.0), (80.0, 50.0, 50.0), (0.0, 50.0, 50.0)])
def test_a_lower_limit_that_the_exchange_states_holds(market, stated, own, held):
    async def limit(url):
        provider = Simulated(Settings(url=url, requests_per_second=own), WallClock())
        try:
            await provider.ask(PresentWanted())
            return provider.costs.requests / provider.costs.seconds
        finally:
            await provider.close()

    with running(market, rate=stated) as exchange:
        assert asyncio.run(limit(exchange.url)) == held


@pytest.mark.parametrize("interval", [Interval.DAY, Interval.MINUTE])
def test_bars_are_those_of_the_market_however_many_pages(exchange, market, interval):
    symbols = market.panel(interval).symbols[:5]
    answer = ask(exchange.url, BarsWanted(symbols=symbols, interval=interval, **ALL))
    kept = market.bars(interval, symbols=symbols)
    assert answer.requests > 1
    assert answer.table.sort("symbol", "ts").equals(kept.cast(dict(answer.table.schema)).sort("symbol", "ts"))


def test_every_symbol_is_in_the_table_or_absent_with_its_reason(exchange, made):
    gone = made.symbols[int(np.flatnonzero(made.happened.lives.ends < len(made.ts))[0])]
    renamed = made.happened.renames[0]
    wanted = ("SPY", gone, renamed.was, "ZZZZZZ")
    last_days = {"first": made.ts[-2], "last": made.ts[-1]}
    answer = ask(exchange.url, BarsWanted(symbols=wanted, interval=Interval.DAY, **last_days))
    assert answer.table["symbol"].unique().to_list() == ["SPY"]
    assert set(answer.absent) == set(wanted) - {"SPY"}
    assert answer.absent[gone].startswith("delisted 20")
    assert answer.absent[renamed.was].startswith(f"renamed {renamed.symbol} 20")
    assert answer.absent["ZZZZZZ"] == "unknown"


def test_what_an_answer_is_worth(exchange, made):
    answer = ask(exchange.url, DayWanted(date=made.ts[-1].astype("M8[D]").item()))
    assert (answer.provider, answer.delayed, answer.stale) == ("simulated", dt.timedelta(0), False)
    assert answer.as_of == dt.datetime(2025, 12, 31, 21, tzinfo=dt.UTC)
    assert len(answer.table) == made.bar[-1].sum()


@pytest.mark.parametrize(
    ("name", "want", "keys"),
    [
        ("symbols", SymbolsWanted(), ["symbol"]),
        ("facts", FactsWanted(symbols=()), ["symbol", "fact", "known"]),
        ("members", MembersWanted(), ["symbol", "list", "since"]),
        (
            "events",
            EventsWanted(kinds=("earnings", "filing", "news", "dividend", "split"), **YEARS),
            ["symbol", "kind", "ts", "known", "headline"],
        ),
    ],
)
def test_tables_are_those_of_the_market(exchange, market, name, want, keys):
    answer, kept = ask(exchange.url, want), market.table(name)
    columns = [each for each in answer.table.columns if each in kept.columns]
    assert set(keys) <= set(columns)
    told, kept = (each.select(columns).sort(keys) for each in (answer.table, kept))
    dates = {each: kind for each, kind in told.schema.items() if kind == pl.Date and kept.schema[each] == pl.String}
    assert told.equals(kept.with_columns(pl.col(each).str.to_date() for each in dates))


def test_actions_are_splits_dividends_renames_and_ends(exchange, market, made):
    table = ask(exchange.url, ActionsWanted(**YEARS)).table
    count = dict(table["kind"].value_counts().iter_rows())
    assert count["split"] == len(made.splits)
    assert count["dividend"] == len(market.table("dividends"))
    assert count["rename"] == len(made.happened.renames)
    assert count["delisted"] == (made.happened.lives.ends < len(made.ts)).sum()
    splits = table.filter(pl.col("kind") == "split").sort("symbol", "date")
    assert splits["value"].to_list() == market.table("splits").sort("symbol", "date")["ratio"].to_list()


def test_a_chain_has_its_columns_and_an_underlying_without_one_is_absent(exchange, made):
    answer = ask(exchange.url, ChainWanted(underlying="SPY"))
    chain = made.chain("SPY", made.ts[-1])
    told = answer.table.select(chain.columns).sort("contract")
    assert told.equals(chain.cast(dict(told.schema)).sort("contract"))
    assert not answer.absent
    none = ask(exchange.url, ChainWanted(underlying="ZZZZZZ"))
    assert none.table.is_empty()
    assert none.absent == {"ZZZZZZ": "no options"}


def test_quotes(exchange, made):
    answer = ask(exchange.url, QuotesWanted(symbols=("SPY", made.symbols[0], "ZZZZZZ")))
    assert answer.absent == {"ZZZZZZ": "unknown, or no trade"}
    assert (answer.table["bid"] < answer.table["ask"]).all()
    assert answer.table.schema["quoted"] == pl.Datetime("ms", "UTC")


def test_an_open_bar_comes_with_the_closed_ones(exchange, made):
    noon = int(made.ts[-1].astype(np.int64)) + 17 * 3600
    exchange.go_to(noon)
    answer = ask(exchange.url, BarsWanted(symbols=("SPY",), interval=Interval.DAY, first=made.ts[-2], last=made.ts[-1]))
    exchange.go_to(exchange.server.book.end())
    column = made.symbols.index("SPY")
    assert len(answer.table) == 2
    assert 0 < answer.table["volume"][-1] < made.fields["volume"][-1, column]
    assert answer.table["open"][-1] == made.fields["open"][-1, column]


@pytest.mark.parametrize(
    ("behaviour", "settings", "kind"),
    [
        ({"keys": ("right",)}, {}, Refused),
        ({"keys": ("right",)}, {"key": Secret("wrong")}, Refused),
        ({"outage_at": 0, "outage_for": 60}, {}, Unavailable),
        ({"busy_rate": 1.0}, {}, RateLimited),
    ],
)
def test_failures_are_errors_of_ours(daily, behaviour, settings, kind):
    with running(daily, **behaviour) as exchange, pytest.raises(kind) as caught:
        ask(exchange.url, SymbolsWanted(), **settings)
    assert "wrong" not in str(caught.value)
    if kind is RateLimited:
        assert caught.value.retry_after == 0.2


@pytest.mark.parametrize(
    "want", [SymbolsWanted(), DayWanted(date=dt.date(2025, 12, 31)), QuotesWanted(symbols=("SPY",))]
)
def test_broken_answers_are_never_data(daily, want):
    """Whatever the fate of a request: a whole answer, or an error that says to try again."""
    with running(daily, error_rate=0.4, truncate_rate=0.6) as exchange:
        met = set()
        for _ in range(12):
            with pytest.raises((Unavailable, Unreadable)) as caught:
                ask(exchange.url, want)
            assert caught.value.retryable
            met.add(type(caught.value))
    assert met == {Unavailable, Unreadable}


def test_nobody_at_the_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unavailable, match="simulated, asked for symbols"):
        ask(url, SymbolsWanted())


def test_an_address_is_needed():
    assert "--url" in lacking(declared("simulated"), Settings())
    assert not lacking(declared("simulated"), Settings(url="http://127.0.0.1:1"))
