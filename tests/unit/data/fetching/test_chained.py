"""Several providers one after the other: who is asked, and from whom each part of an answer is."""

from __future__ import annotations

import asyncio
import datetime as dt

import numpy as np
import polars as pl
import pytest

from scanwright.data.fetching.chained import Chained
from scanwright.data.ports import Answer, BarsWanted, Costs, Offers, SymbolsWanted
from scanwright.model.clock import SettableClock
from scanwright.model.errors import Refused, Unavailable
from scanwright.model.interval import Interval
from tests.providers import Scripted, failure


class Bars:
    """Has bars of some symbols."""

    costs = Costs(requests=100)

    def __init__(self, name, *symbols, error=None, interval=Interval.DAY):
        self.name, self.symbols, self.error = name, symbols, error
        self.offers = Offers(wants=frozenset({BarsWanted}), intervals={interval: None})
        self.asked = []

    async def ask(self, want):
        self.asked.append(want)
        if self.error is not None:
            raise self.error
        known = [each for each in want.symbols if each in self.symbols]
        now = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
        return Answer(
            table=pl.DataFrame({"symbol": known, "close": [1.0] * len(known)}),
            provider=self.name,
            asked_at=now,
            as_of=now,
            absent={each: "unknown" for each in want.symbols if each not in known},
        )

    async def close(self):
        pass


BARS = BarsWanted(
    symbols=("A", "B", "C"),
    interval=Interval.DAY,
    first=np.datetime64("2026-01-02", "s"),
    last=np.datetime64("2026-01-05", "s"),
)


class TestChained:
    def ask(self, *providers):
        return asyncio.run(Chained(providers).ask(BARS))

    def test_the_first_answer_stands(self):
        first, second = Bars("one", "A", "B", "C"), Bars("two", "A", "B", "C")
        assert self.ask(first, second).provider == "one"
        assert not second.asked

    def test_only_what_is_unknown_is_asked_of_the_next_and_who_gave_it_is_known(self):
        first, second, third = Bars("one", "A"), Bars("two", "B"), Bars("three", "C")
        answer = self.ask(first, second, third)
        assert [each.symbols for each in (*second.asked, *third.asked)] == [("B", "C"), ("C",)]
        assert answer.provider == "one"
        assert answer.given_by == {"B": "two", "C": "three"}
        assert answer.absent == {}
        assert sorted(answer.table["symbol"]) == ["A", "B", "C"]
        assert answer.requests == 3

    def test_nobody_knows(self):
        answer = self.ask(Bars("one", "A", "B"), Bars("two"))
        assert answer.absent == {"C": "unknown"}

    def test_the_next_is_asked_where_one_fails_or_does_not_offer_it(self):
        hours = Bars("hours", "A", "B", "C", interval=Interval.HOUR)
        answer = self.ask(hours, Bars("down", error=failure(Unavailable)), Bars("three", "A", "B", "C"))
        assert answer.provider == "three"
        assert not hours.asked

    def test_the_last_error_says_what_each_one_said(self):
        with pytest.raises(Refused) as raised:
            self.ask(
                Bars("one", error=failure(Unavailable, found="status 503")),
                Bars("two", error=failure(Refused, found="no")),
            )
        assert "one: status 503; two: no" in str(raised.value)

    def test_one_alone_speaks_for_itself(self):
        error = failure(Unavailable)
        with pytest.raises(Unavailable) as raised:
            self.ask(Bars("one", error=error))
        assert raised.value is error

    def test_what_nobody_offers_is_refused(self):
        with pytest.raises(Refused, match="does not offer it"):
            asyncio.run(Chained([Bars("one"), Bars("two")]).ask(SymbolsWanted()))

    def test_an_error_of_the_next_leaves_the_answer_of_the_first(self):
        answer = self.ask(Bars("one", "A"), Bars("two", error=failure(Unavailable)))
        assert set(answer.absent) == {"B", "C"}

    def test_the_chain_offers_what_anybody_offers(self):
        chain = Chained(
            [
                Bars("one"),
                Bars("two", interval=Interval.HOUR),
                Scripted(SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))),
            ]
        )
        assert set(chain.offers.intervals) == {Interval.DAY, Interval.HOUR}
        assert SymbolsWanted in chain.offers.wants
        assert chain.name == "one,two,scripted"
