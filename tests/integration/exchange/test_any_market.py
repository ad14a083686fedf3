"""Any market on disk can be served: without tables, of another calendar, of weeks, of real bars."""

from __future__ import annotations

import asyncio

import numpy as np
import polars as pl
import pytest

from scanwright.app.settings import WallClock
from scanwright.data.ports import ActionsWanted, BarsWanted, EventsWanted, MembersWanted, SymbolsWanted
from scanwright.data.providers.simulated import Settings, Simulated
from scanwright.model.errors import Refused
from scanwright.model.interval import Interval
from scanwright.store.market import create
from tests.exchange import running


def ask(url, want):
    async def asking():
        provider = Simulated(Settings(url=url), WallClock())
        try:
            return await provider.ask(want)
        finally:
            await provider.close()

    return asyncio.run(asking())


def at(text):
    return int(np.datetime64(text, "s").astype(np.int64))


ALL = {"first": np.datetime64("1990-01-01", "s"), "last": np.datetime64("2030-01-01", "s")}


@pytest.fixture
def bare(tmp_path):
    """Three weeks of two symbols, and nothing else."""
    market = create(tmp_path / "bare", name="bare")
    days = pl.date_range(pl.date(2025, 3, 3), pl.date(2025, 3, 21), eager=True)
    days = days.filter(days.dt.weekday() < 6)
    rows = [{"symbol": symbol, "ts": day, "close": 10.0 + at} for symbol in "AB" for at, day in enumerate(days)]
    bars = pl.DataFrame(rows).with_columns(
        open=pl.col("close"), high=pl.col("close") + 1, low=pl.col("close") - 1, volume=pl.lit(1000.0)
    )
    market.write(bars, source="made up", interval=Interval.DAY)
    return market


def test_a_market_without_tables(bare):
    with running(bare) as exchange:
        assert ask(exchange.url, SymbolsWanted()).table["symbol"].to_list() == ["A", "B"]
        bars = ask(exchange.url, BarsWanted(symbols=("A",), interval=Interval.DAY, **ALL)).table
        assert bars.equals(bare.bars(Interval.DAY, symbols=["A"]).cast(dict(bars.schema)))
        first, last = bars["ts"][0], bars["ts"][-1]
        for want in (
            ActionsWanted(first=first, last=last),
            EventsWanted(kinds=("news",), first=first, last=last),
            MembersWanted(),
        ):
            assert ask(exchange.url, want).table.is_empty()


def test_an_interval_that_it_lacks_is_refused_and_not_empty(bare):
    with running(bare) as exchange, pytest.raises(Refused, match="an interval of 1d"):
        ask(exchange.url, BarsWanted(symbols=("A",), interval=Interval.MINUTE, **ALL))


def test_an_open_week(tmp_path):
    market = create(tmp_path / "weeks", name="weeks")
    week = {"symbol": "A", "open": 10.0, "high": 12.0, "low": 9.0, "close": 11.0, "volume": 5000.0}
    rows = [week | {"ts": np.datetime64(day).item()} for day in ("2025-03-07", "2025-03-14")]
    market.write(pl.DataFrame(rows), source="made up", interval=Interval.WEEK)
    with running(market, moment=at("2025-03-12T18:00:00")) as exchange:
        bars = ask(exchange.url, BarsWanted(symbols=("A",), interval=Interval.WEEK, **ALL)).table
    assert bars["ts"].cast(pl.String).to_list() == ["2025-03-07", "2025-03-14"]
    assert bars["open"][1] == 10.0
    assert 0 < bars["volume"][1] < 5000


@pytest.mark.parametrize(
    ("file", "calendar", "interval"),
    [
        ("bars/minute/lean_crypto_coinbase_1m.parquet", "always_open", Interval.MINUTE),
        ("bars/daily/lean_us_unadjusted.parquet", "us_stocks", Interval.DAY),
    ],
)
def test_real_bars(shared_data, tmp_path, file, calendar, interval):
    market = create(tmp_path / "real", name="real", calendar=calendar)
    market.import_file(shared_data / file)
    symbols = market.panel(interval).symbols
    with running(market) as exchange:
        for symbol in symbols[:3]:
            bars = ask(exchange.url, BarsWanted(symbols=(symbol,), interval=interval, **ALL)).table
            assert bars.equals(market.bars(interval, symbols=[symbol]).cast(dict(bars.schema)))
        middle = market.bars(interval, symbols=symbols[:1])["ts"]
        moment = middle[len(middle) // 2]
        exchange.go_to(at(str(moment)[:19]))
        then = ask(exchange.url, BarsWanted(symbols=symbols[:1], interval=interval, **ALL)).table
    assert 0 < len(then) < len(middle)
    assert then["ts"].max() <= moment
