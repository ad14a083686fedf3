"""Bars: those who wait are asked for, the most worthwhile first, and kept in the market before they are judged.

So what a run has found rests on bars that are on the disk: killed, it goes on without asking for them again, and a scan
of the market afterwards finds the same.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

import numpy as np

from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import BarsWanted, Provider
from scanwright.data.updating.asking import Asking
from scanwright.data.updating.further import Further
from scanwright.data.updating.keeping import Keeper
from scanwright.data.updating.plan import Job, Need
from scanwright.data.updating.preparing import Order, Prepared, fits, prepared
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError
from scanwright.model.panel import Panel
from scanwright.scan.ports import Arrived, Spent, Waiting

WAITING = 4  # batches that may wait to be judged


class Fetched:
    """Bars of one market and interval, from a provider; `ready` makes one.

    frame: the stamp of the last bar that is whole at the provider.
    """

    def __init__(
        self,
        order: Order,
        provider: Provider,
        tally: Tally,
        clock: Clock,
        ready: Prepared,
        panel: Callable[[], Panel],
        frame: np.datetime64 | None = None,
    ) -> None:
        """panel: the market's bars as they are when it is called. frame: that of a run that goes on, else the last."""
        self._order, self._provider, self._tally, self._clock = order, provider, tally, clock
        self._ready, self._panel = ready, panel
        self._turn, self._turns = 0.0, asyncio.Lock()
        self._further = Further(provider, order.market)
        self._needs: dict[str, list[Need]] = defaultdict(list)
        for need in ready.needs:
            self._needs[need.symbol].append(need)
        whole = ready.grid.whole(ready.moment)
        if not whole:
            raise SettingsError(expected="a bar that is whole", found=f"none at {ready.moment}", todo="ask later")
        self.frame = np.datetime64(int(ready.grid.stamps[whole - 1]), "s") if frame is None else frame

    @classmethod
    async def ready(
        cls,
        order: Order,
        provider: Provider,
        tally: Tally,
        clock: Clock,
        panel: Callable[[], Panel],
        frame: np.datetime64 | None = None,
    ) -> Fetched:
        """Ask what there is, and what is lacking."""
        fits(order, provider)
        found = await prepared(order, provider, clock, Further(provider, order.market))
        return cls(order, provider, tally, clock, found, panel, frame)

    @property
    def spent(self) -> Spent:
        """What it has cost."""
        tally = self._tally
        return Spent(requests=tally.requests, cached=tally.cached, dollars=tally.dollars)

    @property
    def moment(self) -> dt.datetime:
        """The present at the provider."""
        return self._ready.moment

    @property
    def pace(self) -> float:
        """How many symbols a second the provider allows."""
        costs = self._provider.costs
        return costs.requests / costs.seconds * self._provider.offers.most_symbols

    def panel(self) -> Panel:
        """The bars of the market as they are now."""
        return self._panel()

    def lacking(self) -> Mapping[str, int]:
        """The symbols whose bars are not at hand, and how many bars each lacks."""
        return {symbol: sum(each.stop - each.start for each in needs) for symbol, needs in self._needs.items()}

    async def bring(self, waiting: Waiting) -> AsyncGenerator[Arrived]:
        """Ask for whoever waits, the first first, as many at once as is allowed; say who has come, in batches."""
        keeper = Keeper(self._order.market, self._ready.grid, self._clock, self._ready.held)
        arrivals: asyncio.Queue[Arrived | None] = asyncio.Queue(WAITING)
        if self._ready.needs:
            await self._ready.actions(self._further, every=self._order.symbols is None)
        going = asyncio.create_task(self._all(waiting, keeper, arrivals))
        try:
            while (arrived := await arrivals.get()) is not None:
                yield arrived
            await going
        finally:
            going.cancel()
            await asyncio.wait([going])
            await keeper.flush()

    async def _all(self, waiting: Waiting, keeper: Keeper, arrivals: asyncio.Queue[Arrived | None]) -> None:
        """Work until nobody waits; the last word is said only where somebody still listens."""
        count = self._provider.costs.at_once
        workers = [asyncio.create_task(self._work(waiting, keeper, arrivals)) for _ in range(count)]
        try:
            await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
            await arrivals.put(None)
        finally:
            for each in workers:
                each.cancel()
            found = await asyncio.gather(*workers, return_exceptions=True)
        for each in found:
            if isinstance(each, BaseException) and not isinstance(each, asyncio.CancelledError):
                raise each

    async def _work(self, waiting: Waiting, keeper: Keeper, arrivals: asyncio.Queue[Arrived | None]) -> None:
        while symbols := await self._next_of(waiting):
            arrived = await self._brought(symbols, keeper)
            await arrivals.put(arrived)

    async def _next_of(self, waiting: Waiting) -> Sequence[str]:
        """Whoever is to be asked for as soon as the provider's limit lets one more be: who is best by then."""
        async with self._turns:
            if len(waiting):
                await asyncio.sleep(self._turn - self._clock.monotonic())
            self._turn = max(self._turn, self._clock.monotonic()) + self._provider.offers.most_symbols / self.pace
            return waiting.take(self._provider.offers.most_symbols)

    async def _brought(self, symbols: Sequence[str], keeper: Keeper) -> Arrived:
        needs = [need for symbol in symbols for need in self._needs[symbol]]
        asking = Asking(self._provider, keeper, self._jobs(needs), _unheard)
        await asking.run()
        asking.finish("")
        missed = {symbol: found.reason for symbol, found in asking.missed.items()}
        return Arrived(symbols=tuple(each for each in symbols if each not in missed), missed=missed)

    def _jobs(self, needs: Sequence[Need]) -> Sequence[Job]:
        """By symbol: a whole session of everybody in one request would not be in anybody's order."""
        wants = self._provider.offers.wants & {BarsWanted}
        return self._ready.jobs(dataclasses.replace(self._provider.offers, wants=wants), needs)


def _unheard(done: int, total: int) -> None:
    del done, total
