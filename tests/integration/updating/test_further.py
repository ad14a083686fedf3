"""Events and figures are asked for as far as the provider bears it in some minutes; the rest is told, and on demand."""

from __future__ import annotations

import asyncio
import datetime as dt

import polars as pl
import pytest

from scanwright.data.ports import Answer, Costs, EventsWanted, FactsWanted, Offers
from scanwright.data.updating.further import BACK, EPOCH, Further
from scanwright.store.market import create

NOW = dt.datetime(2025, 3, 5, 22, tzinfo=dt.UTC)
RECENT = NOW.date() - BACK


class Dear:
    """Five requests a minute; a request for the figures of each symbol, and for its news of each year."""

    name, costs = "dear", Costs(requests=5, seconds=60, at_once=4, further=1.0)
    offers = Offers(wants=frozenset({EventsWanted, FactsWanted}), events=("news",))

    def __init__(self):
        self.asked = []

    async def ask(self, want):
        self.asked.append(want)
        told = [(each, "news", NOW, NOW) for each in want.symbols] if isinstance(want, EventsWanted) else []
        table = pl.DataFrame(told, schema=["symbol", "kind", "ts", "known"], orient="row")
        return Answer(table=table, provider=self.name, asked_at=NOW, as_of=NOW)

    async def close(self):
        pass


@pytest.fixture
def asking(tmp_path):
    market = create(tmp_path / "market", name="further")

    def asked(count, *, every=False, also=()):
        provider, symbols = Dear(), [f"S{at:03}" for at in range(count)]
        further = Further(provider, market, also=also)

        async def both():
            await further.events(symbols, NOW, every=every)
            await further.facts(symbols)

        asyncio.run(both())
        news = [each.first for each in provider.asked if isinstance(each, EventsWanted)]
        return news, sum(isinstance(each, FactsWanted) for each in provider.asked), further.notes

    return asked


def test_of_few_symbols_everything_is_asked(asking):
    assert asking(2) == ([EPOCH], 1, [])


def test_of_more_the_news_reach_less_far_back(asking):
    (first,), figures, notes = asking(25)
    assert dt.timedelta(days=700) < NOW.date() - first < dt.timedelta(days=760)
    assert (figures, notes) == (1, [])


def test_of_thousands_neither_is_asked_and_it_is_told(asking):
    news, figures, notes = asking(3000)
    assert (news, figures) == ([], 0)
    assert notes == [
        f"{what} of 3,000 symbols take dear about 10.0 hours: `--also {what}` asks for them"
        for what in ("events", "facts")
    ]


def test_of_a_whole_market_the_last_days_are_one_question(asking):
    assert asking(3000, every=True)[:2] == ([RECENT], 0)


def test_who_wants_all_gets_all_also_of_symbols_that_have_some(asking):
    assert asking(2) == ([EPOCH], 1, [])
    assert asking(2)[0] == [RECENT]
    news, figures, notes = asking(300, also=("events", "facts"))
    assert (news, figures, notes) == ([EPOCH] * 3, 3, [])
