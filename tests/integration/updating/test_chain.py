"""From a chain of providers each stretch keeps who gave it."""

from __future__ import annotations

import asyncio
import datetime as dt

import polars as pl
import pytest

from scanwright.data.fetching.chained import Chained
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, BarsWanted, Costs, Offers
from scanwright.data.updating.bringing import Order, bring
from scanwright.model.clock import SettableClock
from scanwright.model.errors import Refused, SettingsError
from scanwright.model.interval import Interval
from scanwright.store.market import create

DAY = Interval.DAY
NOW = dt.datetime(2025, 3, 5, 22, tzinfo=dt.UTC)
DATES = [dt.date(2025, 3, 3), dt.date(2025, 3, 4), dt.date(2025, 3, 5)]


class Bars:
    """Has three bars of some symbols, and refuses some by name."""

    costs = Costs(requests=1000)

    def __init__(self, name, *symbols, refused=(), adjusted="raw"):
        self.name, self.symbols, self.refused = name, symbols, refused
        self.offers = Offers(wants=frozenset({BarsWanted}), intervals={DAY: 30}, most_symbols=10, adjusted=adjusted)
        self.requests = 0

    async def ask(self, want):
        self.requests += 1
        if set(want.symbols) & set(self.refused):
            raise Refused(provider=self.name, asked="bars", expected="an answer", found="not in this plan", todo="")
        rows = [
            (name, date, 10.0, 11.0, 9.0, 10.5, 100.0)
            for name in want.symbols
            if name in self.symbols
            for date in DATES
        ]
        table = pl.DataFrame(rows, schema=["symbol", "ts", "open", "high", "low", "close", "volume"], orient="row")
        absent = {name: "unknown" for name in want.symbols if name not in self.symbols}
        return Answer(table=table, provider=self.name, asked_at=NOW, as_of=NOW, absent=absent)

    async def close(self):
        pass


@pytest.fixture
def bringing(tmp_path):
    market = create(tmp_path / "market", name="chain")

    def brought(provider, *symbols):
        order = Order(market=market, interval=DAY, symbols=symbols)
        return asyncio.run(bring(order, provider, SettableClock(NOW), Tally(), lambda *_: None))

    return market, brought


def test_each_stretch_keeps_who_gave_it(bringing):
    market, brought = bringing
    report = brought(Chained([Bars("one", "A", "B"), Bars("two", "B", "C")]), "A", "B", "C", "D")
    assert (report.complete, [each.symbol for each in report.missed]) == (3, ["D"])
    assert report.given_by == {"one": 2, "two": 1}
    assert dict(market.stretches(DAY).select("symbol", "provider").iter_rows()) == {"A": "one", "B": "one", "C": "two"}
    assert len(market.bars(DAY)) == 9


def test_who_is_refused_together_is_asked_for_alone(bringing):
    _, brought = bringing
    provider = Bars("one", "A", "B", "C", refused=("B",))
    report = brought(provider, "A", "B", "C")
    assert report.complete == 2
    assert [(each.symbol, each.reason, each.may_pass) for each in report.missed] == [("B", "not in this plan", False)]
    assert provider.requests == 4


def test_when_everything_is_refused_it_ends_soon(bringing):
    _, brought = bringing
    names = [f"S{at:03}" for at in range(500)]
    provider = Bars("one", refused=names)
    report = brought(provider, *names)
    assert len(report.missed) == 500
    assert provider.requests < 80


def test_prices_less_dividends_are_refused(bringing):
    _, brought = bringing
    with pytest.raises(SettingsError, match="less dividends"):
        brought(Bars("one", "A", adjusted="total"), "A")
