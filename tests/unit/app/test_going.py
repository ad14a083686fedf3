"""Runs in Python: events as they happen, in a loop or in a coroutine; whoever stops reading stops the run."""

from __future__ import annotations

import asyncio

import pytest

import scanwright as sw
from scanwright.app.records import opened
from scanwright.app.running import past_of
from scanwright.app.settings import Settings, WallClock
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


def listed(market, status=""):
    with opened(market.folder, Settings.read(), WallClock()) as records:
        return {each.id: each for each in records.runs(100, status=status)}


def test_it_is_on_record_as_any_other_unless_nobody_wants_that(market):
    scan, place, before = sw.Scan(where="close > 11"), sw.open(market.folder), listed(market)
    going = scan.run(place)
    list(going)
    new = listed(market).keys() - before.keys()
    (found,) = (each for id, each in listed(market).items() if id in new)
    assert (found.definition["where"], found.reason, found.hits) == ("close > 11", "complete", len(going.hits))
    assert found.receipt["result_hash"] == going.receipt.result_hash
    list(scan.run(place, record=False))
    assert listed(market).keys() == before.keys() | new


def test_one_that_asks_for_bars_is_on_record_while_it_goes(market, tmp_path):
    empty = sw.open(create(tmp_path / "empty", name="empty").folder)
    with running(market) as exchange:
        going = sw.Scan(where="close > 0").run(empty, providers="simulated", url=exchange.url)
        for event in going:
            if event.type == "hit":
                (found,) = listed(empty, "running").values()
    (ended,) = listed(empty).values()
    assert (ended.id, ended.status, ended.hits) == (found.id, "finished", len(going.hits))
    assert ended.receipt["result_hash"] == going.receipt.result_hash
    assert learned(empty)


def learned(market):
    """What the next run learns."""
    with opened(market.folder, Settings.read(), WallClock()) as records:
        return past_of(records)


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
