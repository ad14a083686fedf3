"""From a chain of providers each stretch keeps who gave it."""

from __future__ import annotations

import asyncio
import datetime as dt

import polars as pl
import pytest

from scanwright.data.fetching.chained import Chained
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, BarsWanted, Costs, Offers, PresentWanted, SymbolsWanted
from scanwright.data.updating.bringing import Order, bring
from scanwright.model.clock import SettableClock
from scanwright.model.errors import Refused, SettingsError
from scanwright.model.interval import Interval
from scanwright.store.market import create

DAY = Interval.DAY
NOW = dt.datetime(2025, 3, 5, 22, tzinfo=dt.UTC)
DATES = [dt.date(2025, 3, 3), dt.date(2025, 3, 4), dt.date(2025, 3, 5)]


LONG_AGO = dt.date(2025, 2, 10)
MINUTE = dt.timedelta(minutes=1)


class Bars:
    """Has three bars of some symbols, and refuses some by name; what it tells is held back by `delayed`."""

    costs = Costs(requests=1000)

    def __init__(self, name, *symbols, refused=(), adjusted="raw", delayed=None, now=NOW, own_clock=False, gone=()):
        self.gone = gone
        self.name, self.symbols, self.refused, self.delayed, self.now = name, symbols, refused, delayed, now
        self.offers = Offers(
            wants=frozenset({BarsWanted, *([PresentWanted] if own_clock else [])}),
            intervals={DAY: 30},
            most_symbols=10,
            adjusted=adjusted,
            delayed=delayed,
        )
        self.requests = 0

    async def ask(self, want):
        as_of = self.now - (self.delayed or 0 * MINUTE)
        if isinstance(want, PresentWanted):
            return Answer(table=pl.DataFrame(), provider=self.name, asked_at=NOW, as_of=as_of)
        self.requests += 1
        if set(want.symbols) & set(self.refused):
            raise Refused(provider=self.name, asked="bars", expected="an answer", found="not in this plan", todo="")
        rows = [
            (name, date, 10.0, 11.0, 9.0, 10.5, 100.0)
            for name in want.symbols
            if name in self.symbols
            for date in ([LONG_AGO] if name in self.gone else DATES)
        ]
        table = pl.DataFrame(rows, schema=["symbol", "ts", "open", "high", "low", "close", "volume"], orient="row")
        absent = {name: "unknown" for name in want.symbols if name not in self.symbols}
        told = {"as_of": as_of, "delayed": self.delayed, "absent": absent}
        return Answer(table=table, provider=self.name, asked_at=NOW, **told)

    async def close(self):
        pass


class Directory(Bars):
    """Lists symbols in a file of the day before, and has no bars."""

    def __init__(self, *symbols):
        super().__init__("directory", *symbols)
        self.offers = Offers(wants=frozenset({SymbolsWanted}))

    async def ask(self, want):
        table = pl.DataFrame({"symbol": self.symbols})
        return Answer(table=table, provider=self.name, asked_at=NOW, as_of=NOW - dt.timedelta(days=1))


@pytest.fixture
def bringing(tmp_path):
    market = create(tmp_path / "market", name="chain")

    def brought(provider, *symbols, now=NOW):
        order = Order(market=market, interval=DAY, symbols=symbols or None)
        return asyncio.run(bring(order, provider, SettableClock(now), Tally(), lambda *_: None))

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


def test_the_present_is_that_of_whoever_gives_the_bars(bringing):
    """A directory that leads the chain was written yesterday; the bars of today are there."""
    market, brought = bringing
    report = brought(Chained([Directory("A", "B"), Bars("one", "A", "B")]))
    assert (report.complete, report.until) == (2, "2025-03-05")
    assert market.bars(DAY)["ts"].max() == DATES[-1]
    assert brought(Chained([Directory("A", "B"), Bars("one", "A", "B")])).needed == 0


def test_a_clock_of_its_own_is_the_present_also_behind_a_directory(bringing):
    _, brought = bringing
    replayed = Bars("replayed", "A", now=NOW - dt.timedelta(days=1), own_clock=True)
    report = brought(Chained([Directory("A"), replayed]), now=NOW + dt.timedelta(days=400))
    assert report.until == "2025-03-04"
    assert brought(Chained([Directory("A"), replayed]), now=NOW + dt.timedelta(days=400)).needed == 0


@pytest.mark.parametrize(("after", "until"), [(10, "2025-03-04"), (20, "2025-03-05")])
def test_delay_is_taken_off_once(bringing, after, until):
    """New York closes at 21:00 UTC: who is 15 minutes late can tell the whole day from 21:15 on, and not from 21:30."""
    market, brought = bringing
    now = NOW.replace(hour=21, minute=after)
    for needed in (1, 0 if until == "2025-03-05" else 1):
        report = brought(Bars("late", "A", delayed=15 * MINUTE, now=now), "A", now=now)
        assert (report.needed, report.until) == (needed, until)
    (last,) = market.stretches(DAY)["last"]
    assert str(last.date()) == until


def test_who_has_no_bar_any_more_is_told_each_time(bringing):
    _, brought = bringing
    provider = Bars("one", "A", "B", "C", gone=("B",))
    for _ in range(2):
        report = brought(provider, "A", "B", "C")
        assert (report.complete, dict(report.quiet)) == (3, {"B": "2025-02-10"})
        assert not report.is_failure


def test_an_update_after_which_nobody_has_a_bar_of_these_days_has_failed(bringing):
    _, brought = bringing
    report = brought(Bars("one", "A", "B", gone=("A", "B")), "A", "B", "C")
    assert (report.complete, [each.symbol for each in report.missed]) == (2, ["C"])
    assert report.is_failure
