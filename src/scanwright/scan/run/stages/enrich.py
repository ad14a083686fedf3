"""Enrich: what only hits need: their news of the last days, and the figures of their option chains.

It costs a request for the news of all hits, and one for the chain of each. What it brings stands beside a hit and is no
part of the result: a scan finds the same whether there was news or not. Who has none is told of, and stops nobody.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.data.options.contracts import named, plain
from scanwright.data.options.figures import figures
from scanwright.data.ports import ChainWanted, EventsWanted, Provider
from scanwright.model.errors import DataError
from scanwright.scan.ports import Beside

if TYPE_CHECKING:
    import polars as pl

    from scanwright.data.ports import Answer

DAYS = 7  # of news
NEWS, HEADLINE = "news", "headline"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Enriching:
    """Asks a provider about hits.

    moment: the present there. calendar: of the market, which says when its options expire.
    """

    provider: Provider
    moment: dt.datetime
    calendar: str

    def cost(self, hits: int) -> int:
        """How many requests so many hits cost."""
        offers = self.provider.offers
        return (NEWS in offers.events) + hits * (ChainWanted in offers.wants) if hits else 0

    async def about(self, symbols: Sequence[str]) -> AsyncGenerator[Beside]:
        """What there is about each symbol, the first first."""
        news = await self._news(symbols)
        most = asyncio.Semaphore(self.provider.costs.at_once)

        async def asked(symbol: str) -> Beside:
            async with most:
                chain = await self._chain(symbol)
            values = {**news.values.get(symbol, {}), **chain.values}
            return dataclasses.replace(chain, values=values, lacking=(*news.lacking, *chain.lacking))

        tasks = [asyncio.create_task(asked(each)) for each in symbols]
        try:
            for each in tasks:
                yield await each
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _news(self, symbols: Sequence[str]) -> _News:
        if NEWS not in self.provider.offers.events:
            return _News(values={}, lacking=())
        today = self.moment.date()
        first = today - dt.timedelta(days=DAYS)
        try:
            answer = await self.provider.ask(
                EventsWanted(kinds=(NEWS,), symbols=tuple(symbols), first=first, last=today)
            )
        except DataError as error:
            return _News(values={}, lacking=(f"{NEWS}: {error.facts.get('found', error)}",))
        return _News(values=_told(answer.table, symbols), lacking=())

    async def _chain(self, symbol: str) -> Beside:
        if ChainWanted not in self.provider.offers.wants:
            return Beside(symbol=symbol)
        try:
            answer = await self.provider.ask(ChainWanted(underlying=symbol))
            if answer.table.is_empty():
                return Beside(symbol=symbol, lacking=(f"options: {answer.absent.get(symbol, 'none listed')}",))
            found = await asyncio.to_thread(_figures, answer, self.calendar)
        except DataError as error:
            return Beside(symbol=symbol, lacking=(f"options: {error.facts.get('found', error)}",))
        return Beside(symbol=symbol, values=found)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _News:
    values: Mapping[str, Mapping[str, float | str]]
    lacking: tuple[str, ...]


def _told(events: pl.DataFrame, symbols: Sequence[str]) -> Mapping[str, Mapping[str, float | str]]:
    """How many news each symbol had, and the headline of the latest."""
    found: dict[str, dict[str, float | str]] = {symbol: {NEWS: 0.0} for symbol in symbols}
    for symbol, headline in events.sort("ts").select("symbol", "headline").iter_rows():
        if symbol in found:
            found[symbol][NEWS] = float(found[symbol][NEWS]) + 1
            found[symbol][HEADLINE] = headline or ""
    return found


def _figures(answer: Answer, calendar: str) -> Mapping[str, float | str]:
    """The figures of a chain."""
    import polars as pl

    from scanwright.store.chains import checked_chains
    from scanwright.store.tables import MOMENT

    table = answer.table.with_columns(
        pl.lit(answer.provider).alias("provider"), pl.lit(answer.as_of).cast(MOMENT).alias("taken")
    )
    style = pl.col("style").fill_null("american") if "style" in table.columns else pl.lit("american").alias("style")
    table = table.with_columns(style, plain() if "contract" in table.columns else named())
    return dict(figures(checked_chains(table, answer.provider), calendar))
