"""Bringing a market up to date, from the list of symbols to the report.

1. What time it is at whoever gives the bars, and the list of symbols: who there is.
2. What each symbol lacks is planned against the calendar and the stretches that the market has.
3. Splits, dividends, renames and delistings come first, so that bars are never without them.
4. Bars are asked for, as many at once as the provider allows, and kept batch by batch; beside them events and facts,
   an eighth of that at a time, where the provider has them.
5. The panel is brought up to date for the next reader; after a first fill it is left to whoever reads first. Who
   has no bar any more though others go on is named.

Killed at any moment, the market has what was kept so far, and the next update plans the rest.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import (
    ActionsWanted,
    BarsWanted,
    DayWanted,
    EventsWanted,
    PresentWanted,
    Provider,
    SymbolsWanted,
)
from scanwright.data.updating.asking import Asking
from scanwright.data.updating.further import Further, together
from scanwright.data.updating.keeping import Keeper, counts, stored, unbroken
from scanwright.data.updating.plan import Job
from scanwright.data.updating.preparing import Order, Prepared, fits, prepared
from scanwright.data.updating.quiet import lasts_of, quiet, since_of
from scanwright.data.updating.report import Missed, UpdateReport
from scanwright.model.clock import Clock

FRESH: frozenset[type] = frozenset({PresentWanted, SymbolsWanted, ActionsWanted, EventsWanted})
"""What is asked past the cache: the market is where it is kept."""

Told = Callable[[int, int, Tally], None]


async def bring(order: Order, provider: Provider, clock: Clock, tally: Tally, told: Told) -> UpdateReport:
    """Do what an order says; cancelled, or at the deadline, it ends with the report so far.

    told: requests for bars done and planned, and the provider's counts.
    """
    fits(order, provider)
    bringing = _Bringing(order, provider, clock, tally, told)
    try:
        async with asyncio.timeout(order.deadline):
            await bringing.run()
    except TimeoutError:
        await bringing.stop("the deadline came")
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        await bringing.stop("stopped by a person")
    return bringing.report()


class _Bringing:
    """One update under way."""

    def __init__(self, order: Order, provider: Provider, clock: Clock, tally: Tally, told: Told) -> None:
        self._order, self._provider, self._clock, self._tally, self._told = order, provider, clock, tally, told
        self._market = order.market
        self._begun = clock.monotonic()
        self._further = Further(provider, order.market, also=order.also)
        self._prepared: Prepared | None = None
        self._jobs: Sequence[Job] = ()
        self._keeper: Keeper | None = None
        self._asking: Asking | None = None
        self._quiet: Mapping[str, str] = {}
        self._stopped = ""

    async def run(self) -> None:
        """The five steps."""
        was_there = self._order.interval in self._market.intervals()
        ready = self._prepared = await prepared(self._order, self._provider, self._clock, self._further)
        self._jobs = ready.jobs(self._provider.offers)
        if self._jobs:
            await ready.actions(self._further, every=self._order.symbols is None)
        self._keeper = Keeper(self._market, ready.grid, self._clock, ready.held)
        self._asking = Asking(self._provider, self._keeper, self._jobs, self._tell)
        self._tell(0, len(self._jobs))
        await together(self._asking.run(), self._beside(ready))
        lasts: Mapping[str, int] = self._keeper.lasts
        since = since_of(ready.grid.stamps, ready.grid.whole(ready.moment))
        if was_there:
            await unbroken(stored(lambda: self._market.derive(self._order.interval)))
            lasts = await asyncio.to_thread(lambda: lasts_of(self._market.panel(self._order.interval), since))
        self._quiet = quiet(lasts, [each for each in ready.symbols if each not in ready.ended], since)

    async def _beside(self, ready: Prepared) -> None:
        if not self._order.only_bars:
            await self._further.events(ready.symbols, ready.moment, every=self._order.symbols is None)
            await self._further.facts(ready.symbols)
            await self._further.members()

    async def stop(self, why: str) -> None:
        """Keep what has come, and say why there is no more."""
        self._stopped = why
        if self._keeper is not None:
            await self._keeper.flush()

    def report(self) -> UpdateReport:
        """What it came to."""
        missed: dict[str, Missed] = {}
        symbols = self._prepared.symbols if self._prepared else self._order.symbols or ()
        if self._asking is not None:
            self._asking.finish(self._stopped)
            missed |= self._asking.missed
        elif self._stopped:
            missed |= {each: Missed(symbol=each, reason=f"not reached: {self._stopped}") for each in symbols}
        rows = counts(self._keeper.reports) if self._keeper else Counter[str]()
        given = self._keeper.given_by if self._keeper else {}
        own = [each for each in symbols if each in missed]
        return UpdateReport(
            market=str(self._market.folder),
            provider=self._provider.name,
            interval=self._order.interval,
            until=self._prepared.until if self._prepared else "",
            symbols=len(symbols),
            complete=len(symbols) - len(own),
            missed=tuple(missed[each] for each in own),
            quiet={each: last for each, last in self._quiet.items() if each not in missed},
            stopped=self._stopped,
            rows_new=rows["new"],
            rows_changed=rows["changed"],
            rows_same=rows["same"],
            quarantined=rows["refused"],
            tables={name: count for name, count in self._further.rows.items() if count},
            given_by={name: len(symbols) for name, symbols in sorted(given.items())},
            needed=len(self._jobs),
            bars_requests=sum(self._tally.kinds[each.__name__] for each in (BarsWanted, DayWanted)),
            requests=self._tally.requests,
            retries=self._tally.retries,
            told_to_wait=self._tally.told_to_wait,
            outages=self._tally.outages,
            cached=self._tally.cached,
            seconds=self._clock.monotonic() - self._begun,
            notes=tuple(self._further.notes),
        )

    def _tell(self, done: int, total: int) -> None:
        self._told(done, total, self._tally)
