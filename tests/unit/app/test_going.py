"""Runs in Python: events as they happen, in a loop or in a coroutine; whoever stops reading stops the run."""

from __future__ import annotations

import asyncio

import pytest

import scanwright as sw
from scanwright.model.errors import ExpressionError, SettingsError
from scanwright.store.market import create
from tests.exchange import running, small_market


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return small_market(tmp_path_factory.mktemp("going") / "market", symbols=12)


def test_a_loop_and_a_coroutine_are_told_the_same(market):
    scan, place = sw.Scan(where="close > sma(20)", rank="roc(5)"), sw.open(market.folder)

    async def told():
        return [event.type async for event in scan.run(place)]

    going = scan.run(place)
    kinds = [event.type for event in going]
    assert kinds == asyncio.run(told())
    assert [hit.symbol for hit in going.hits] == [hit.symbol for hit in scan.now(place).hits]
    assert going.receipt.result_hash == scan.now(place).receipt.result_hash


def test_whoever_stops_reading_stops_the_run(market, tmp_path):
    with running(market, rate=4, latency_ms=20) as exchange:
        empty = sw.open(create(tmp_path / "empty", name="empty").folder)
        going = sw.Scan(where="close > 0").run(empty, providers="simulated", url=exchange.url)
        for event in going:
            if event.type == "hit":
                break
    assert going.hits


def test_a_rule_ends_it(market):
    going = sw.Scan(where="close > 0").run(sw.open(market.folder), stop=sw.Stop(hits=2))
    assert [event.type for event in going].count("hit") == 2
    assert going.reason == "enough"


def test_what_goes_wrong_is_raised_where_it_is_read(market):
    with pytest.raises(ExpressionError):
        list(sw.Scan(where="close > sma(").run(sw.open(market.folder)))


def test_a_run_is_read_once(market):
    going = sw.Scan(where="close > 5").run(sw.open(market.folder))
    list(going)
    with pytest.raises(SettingsError, match="make another"):
        list(going)
