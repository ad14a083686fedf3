"""What is not bars, on its way into the market: actions, events, facts and lists, where a provider has them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.data.ports import ActionsWanted, Answer, EventsWanted, FactsWanted, MembersWanted, Provider, Want
from scanwright.data.updating import tables
from scanwright.data.updating.keeping import stored, unbroken
from scanwright.data.updating.report import reason_of
from scanwright.model.errors import DataError, ProviderError, Refused
from scanwright.store.market import Market

if TYPE_CHECKING:
    import polars as pl

EPOCH = dt.date(1970, 1, 1)
BACK, AHEAD = dt.timedelta(days=10), dt.timedelta(days=120)  # around the present, for actions and events
GIVEN_UP = 8  # refusals, and nothing else, after which nobody asks any more
AT_ONCE = 100  # symbols in one of these wants
SHARE = 8  # what may be open at the provider, over what of that may be events and figures
LONGEST = 600.0  # seconds that figures, or events, may take the provider where nobody asked for them
WHOLE = 20.0  # years of events that are as good as all


class Further:
    """Asks for tables that are not bars, and keeps their rows; of events and facts what it bears in some minutes.

    also: which of `events facts` are asked for however long that takes. rows: how many came into each table.
    notes: what did not come, and why.
    """

    def __init__(self, provider: Provider, market: Market, *, also: Collection[str] = ()) -> None:
        """From a provider into a market."""
        self._provider, self._market, self._also = provider, market, also
        self.rows: Counter[str] = Counter()
        self.notes: list[str] = []

    async def actions(self, symbols: Sequence[str], earliest: dt.datetime, moment: dt.datetime, *, every: bool) -> None:
        """Splits and the like from a moment on; where they cannot be had together, of each symbol by itself.

        every: `symbols` are all that there are, and need not be named.
        """
        if ActionsWanted not in self._provider.offers.wants:
            return
        first, last = max(earliest.date(), EPOCH + BACK) - BACK, moment.date() + BACK
        wants = [ActionsWanted(symbols=each, first=first, last=last) for each in self._named(symbols, every=every)]
        try:
            answer = await self._provider.ask(wants[0])
        except Refused:
            wants = [ActionsWanted(symbols=(each,), first=first, last=last) for each in symbols]
        except ProviderError as error:
            self.notes.append(f"splits and dividends did not come: {reason_of(error)}")
            return
        else:
            await self.put(tables.action_rows(answer), answer)
            wants = wants[1:]
        await self._each(wants, tables.action_rows, at_once=self._provider.costs.at_once)

    async def events(self, symbols: Sequence[str], moment: dt.datetime, *, every: bool) -> None:
        """Events around the present; of symbols that have none yet, as far back as some minutes reach."""
        offers = self._provider.offers
        if EventsWanted not in offers.wants or not offers.events:
            return
        table = await asyncio.to_thread(self._market.table, "events")
        known = set[str]() if table is None or "events" in self._also else set(table["symbol"].unique())
        unknown = [each for each in symbols if each not in known]
        recent, last = moment.date() - BACK, moment.date() + AHEAD
        first = self._reach("events", unknown, moment.date())
        if first is None:  # of all in one question, or not at all
            new, first = [()] if every else [], recent
        else:
            new = self._named(unknown, every=False)
        old = self._named([each for each in symbols if each in known], every=every) if known else ()
        stretches = dict.fromkeys([*((each, first) for each in new), *((each, recent) for each in old)])
        wants = [EventsWanted(kinds=offers.events, symbols=each, first=since, last=last) for each, since in stretches]
        await self._each(wants, tables.event_rows, at_once=self._beside())

    async def facts(self, symbols: Sequence[str]) -> None:
        """Figures of the symbols."""
        if FactsWanted in self._provider.offers.wants and self._reach("facts", symbols, EPOCH) is not None:
            wants = [FactsWanted(symbols=each) for each in self._named(symbols, every=False)]
            await self._each(wants, tables.fact_rows, at_once=self._beside())

    async def members(self) -> None:
        """Who belongs to which list since when."""
        if MembersWanted in self._provider.offers.wants:
            await self._each([MembersWanted()], tables.member_rows)

    def _beside(self) -> int:
        """How many are asked beside bars, which come first: early enough that nobody waits for them at the end."""
        return max(1, self._provider.costs.at_once // SHARE)

    def _reach(self, what: str, symbols: Sequence[str], today: dt.date) -> dt.date | None:
        """From when on something of some symbols can be had in some minutes; None, and a note, where it cannot."""
        costs = self._provider.costs
        requests = len(symbols) * costs.further
        allowed = LONGEST * costs.requests / costs.seconds
        if what in self._also or requests * WHOLE <= allowed:
            return EPOCH
        if requests <= allowed:
            return max(EPOCH, today - dt.timedelta(days=365 * allowed / requests))
        hours = requests * costs.seconds / costs.requests / 3600
        took = f"{hours:.1f} hours" if hours >= 1 else f"{hours * 60:.0f} minutes"
        self.notes.append(
            f"{what} of {len(symbols):,} symbols take {self._provider.name} about {took}: `--also {what}` asks for them"
        )
        return None

    def _named(self, symbols: Sequence[str], *, every: bool) -> Sequence[tuple[str, ...]]:
        """The symbols for each want: none for all of them, else some at a time, the same ones each time."""
        names = sorted(symbols)
        return [()] if every else [tuple(names[at : at + AT_ONCE]) for at in range(0, len(names), AT_ONCE)]

    async def _each(
        self, wants: Sequence[Want], rows: Callable[[Answer], Mapping[str, pl.DataFrame]], *, at_once: int = 1
    ) -> None:
        """Ask for all of these, and put their rows into the small tables together; what fails is noted once."""
        import polars as pl

        if not wants:
            return
        turn, first = asyncio.Semaphore(at_once), asyncio.Semaphore(GIVEN_UP)
        parts: dict[str, list[pl.DataFrame]] = defaultdict(list)
        failed: list[tuple[Want, DataError]] = []
        source: set[str] = set()
        latest: Answer | None = None

        async def asked(want: Want) -> None:
            async with turn, contextlib.nullcontext() if source else first:
                if len(failed) >= GIVEN_UP and not source and not failed[-1][1].retryable:
                    failed.append((want, failed[-1][1]))
                    return
                try:
                    answer = await self._provider.ask(want)
                except DataError as error:
                    failed.append((want, error))
                    return
            nonlocal latest
            source.add(answer.provider)
            latest = answer if latest is None or answer.asked_at > latest.asked_at else latest
            for name, table in rows(answer).items():
                parts[name].append(table)

        await together(*(asked(each) for each in wants))
        again = [want for want, error in failed if error.retryable]
        failed = [each for each in failed if not each[1].retryable]
        await together(*(asked(each) for each in again))
        tables_of = {name: pl.concat(each, how="diagonal_relaxed") for name, each in parts.items()}
        if latest is not None:
            await self.put(tables_of, latest, source=", ".join(sorted(source)))
        if failed:
            what = type(wants[0]).__name__.removesuffix("Wanted").lower()
            self.notes.append(f"{what}: {len(failed)} of {len(wants)} requests failed: {reason_of(failed[0][1])}")

    async def put(self, rows: Mapping[str, pl.DataFrame], answer: Answer, *, source: str | None = None) -> None:
        """Put rows of an answer into the small tables; what does not fit one is noted.

        source: where the rows are of several answers, of which this is the last, those who gave them.
        """
        for name, table in rows.items():
            try:
                report = await unbroken(
                    stored(
                        lambda name=name, table=table: tables.put_answer(
                            self._market, name, table, answer, source=source
                        )
                    )
                )
            except DataError as error:
                self.notes.append(str(error))
                continue
            self.rows[name] += report.rows_new + report.rows_changed


async def together(*works: Coroutine[None, None, None]) -> None:
    """All of these at the same time; where one fails, the others are stopped before it is told."""
    tasks = [asyncio.create_task(each) for each in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
