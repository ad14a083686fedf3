"""Bringing a market up to date, from the list of symbols to the report.

1. The provider's list of symbols is asked for: who there is, and what time it is there.
2. What each symbol lacks is planned against the calendar and the stretches that the market has.
3. Splits, dividends, renames and delistings come first, so that bars are never without them.
4. Bars are asked for, as many at once as the provider allows, and kept batch by batch; beside them events and facts,
   one request at a time, where the provider has them.
5. The panel is brought up to date for the next reader.

Killed at any moment, the market has what was kept so far, and the next update plans the rest.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scanwright.data.calendars import calendar
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import (
    ActionsWanted,
    BarsWanted,
    DayWanted,
    EventsWanted,
    Provider,
    SymbolsWanted,
)
from scanwright.data.updating import coverage, tables
from scanwright.data.updating.asking import Asking
from scanwright.data.updating.further import Further, together
from scanwright.data.updating.grid import Grid, grid_of
from scanwright.data.updating.keeping import Keeper, counts, stored, unbroken
from scanwright.data.updating.plan import Covered, Job, Need, jobs_of, needs_of
from scanwright.data.updating.report import Missed, UpdateReport, reason_of
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, SettingsError
from scanwright.model.interval import Interval
from scanwright.store.market import Market

FRESH: frozenset[type] = frozenset({SymbolsWanted, ActionsWanted, EventsWanted})
"""What is asked past the cache: the market is where it is kept."""

DEAR = 1.0  # requests a second: who allows fewer is not asked for its list of symbols without need
LONGEST = 3660  # days that a first fill of intraday bars reaches back, where the provider has no bound of its own


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be brought up to date.

    symbols: which; None is every symbol that the provider lists and the market has. since: how far a first fill goes
    back; None is as far as the rest of the market, else as the provider has. deadline: seconds. only_bars: without
    events and facts.
    """

    market: Market
    interval: Interval
    symbols: tuple[str, ...] | None = None
    since: np.datetime64 | None = None
    deadline: float | None = None
    only_bars: bool = False


Told = Callable[[int, int, Tally], None]


async def bring(order: Order, provider: Provider, clock: Clock, tally: Tally, told: Told) -> UpdateReport:
    """Do what an order says; cancelled, or at the deadline, it ends with the report so far.

    told: requests for bars done and planned, and the provider's counts.
    """
    offers = provider.offers
    if order.interval not in offers.intervals or not offers.wants & {BarsWanted, DayWanted}:
        has = " ".join(each for each in Interval if each in offers.intervals) or "no bars"
        raise SettingsError(
            expected=f"bars of {order.interval} from {provider.name}", found=has, todo="choose among these"
        )
    if offers.adjusted == "total":
        raise SettingsError(
            expected="bars as they were traded",
            found=f"{provider.name} gives them less dividends",
            todo="name another provider: what was taken out cannot be put back exactly",
        )
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
        self._further = Further(provider, order.market)
        self._symbols: Sequence[str] = order.symbols or ()
        self._listed: Sequence[str] | None = None
        self._jobs: Sequence[Job] = ()
        self._keeper: Keeper | None = None
        self._asking: Asking | None = None
        self._until, self._stopped = "", ""

    async def run(self) -> None:
        """The five steps."""
        moment = await self._listing()
        grid, needs, held = await asyncio.to_thread(self._plan, moment)
        known = held if self._listed is None else set(self._listed)
        self._jobs = jobs_of(needs, grid, self._provider.offers, known=known, whole=grid.whole(moment))
        if self._jobs:
            earliest = dt.datetime.fromtimestamp(int(grid.stamps[min(each.start for each in needs)]), dt.UTC)
            names = list(dict.fromkeys(each.symbol for each in needs))
            await self._further.actions(names, earliest, moment, every=self._order.symbols is None)
        self._keeper = Keeper(self._market, grid, self._clock, held)
        self._asking = Asking(self._provider, self._keeper, self._jobs, self._tell)
        self._tell(0, len(self._jobs))
        await together(self._asking.run(), self._beside(moment))
        if self._order.interval in self._market.intervals():
            await unbroken(stored(lambda: self._market.derive(self._order.interval)))

    async def _beside(self, moment: dt.datetime) -> None:
        if not self._order.only_bars:
            await self._further.events(self._symbols, moment, every=self._order.symbols is None)
            await self._further.facts(self._symbols)
            await self._further.members()

    async def stop(self, why: str) -> None:
        """Keep what has come, and say why there is no more."""
        self._stopped = why
        if self._keeper is not None:
            await self._keeper.flush()

    def report(self) -> UpdateReport:
        """What it came to."""
        missed: dict[str, Missed] = {}
        if self._asking is not None:
            self._asking.finish(self._stopped)
            missed |= self._asking.missed
        elif self._stopped:
            missed |= {each: Missed(symbol=each, reason=f"not reached: {self._stopped}") for each in self._symbols}
        rows = counts(self._keeper.reports) if self._keeper else Counter[str]()
        given = self._keeper.given_by if self._keeper else {}
        own = [each for each in self._symbols if each in missed]
        return UpdateReport(
            market=str(self._market.folder),
            provider=self._provider.name,
            interval=self._order.interval,
            until=self._until,
            symbols=len(self._symbols),
            complete=len(self._symbols) - len(own),
            missed=tuple(missed[each] for each in own),
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

    async def _listing(self) -> dt.datetime:
        """Who there is, and the present at the provider: what it lists speaks for a moment."""
        order, offers, costs = self._order, self._provider.offers, self._provider.costs
        moment = self._clock.now() - (offers.delayed or dt.timedelta(0))
        dear = costs.requests / costs.seconds < DEAR
        if SymbolsWanted in offers.wants and not (dear and order.symbols is not None):
            try:
                answer = await self._provider.ask(SymbolsWanted())
            except ProviderError as error:
                if order.symbols is None and not self._market.intervals():
                    raise
                self._further.notes.append(f"the list of symbols did not come: {reason_of(error)}")
            else:
                moment = min(answer.as_of, moment)
                self._listed = answer.table["symbol"].to_list()
                await self._further.put(tables.symbol_rows(answer, order.symbols), answer.provider)
        if order.symbols is None:
            held = await asyncio.to_thread(coverage.held_symbols, self._market, order.interval)
            self._symbols = list(dict.fromkeys([*(self._listed or ()), *held]))
            if not self._symbols:
                raise SettingsError(
                    expected=f"symbols that {self._provider.name} lists, or that the market has",
                    found="none",
                    todo="name some: --universe AAPL,MSFT or a file with one on each line",
                )
        return moment

    def _plan(self, moment: dt.datetime) -> tuple[Grid, list[Need], dict[str, list[tuple[int, int, str]]]]:
        """What is missing of whom, the grid that it is counted on, and the places that are there, with providers."""
        order = self._order
        covered = coverage.covered(self._market, order.interval)
        grid = grid_of(calendar(self._market.calendar), order.interval, self._from(covered, moment), moment)
        whole = grid.whole(moment)
        forming = int(grid.is_forming(whole, moment))
        self._until = "" if not whole else _text(int(grid.stamps[whole - 1]), order.interval)
        ends = tables.ended(self._market.table("symbols"), self._market.table("renames"), self._listed or ())
        usual = self._usual(covered, grid)
        needs: list[Need] = []
        held: dict[str, list[tuple[int, int, str]]] = {}
        for symbol in self._symbols:
            own = covered.get(symbol, [])
            held[symbol] = [(*grid.places(each.first, each.last), each.provider) for each in own]
            start = min((low for low, _, _ in held[symbol]), default=usual)
            if order.since is not None:
                start = grid.place(int(order.since.astype("M8[s]").astype(np.int64)))
            stop, more = whole, forming
            if symbol in ends:
                last = int(np.datetime64(ends[symbol], "s").astype(np.int64)) + 86_400
                if grid.place(last) <= whole:
                    stop, more = grid.place(last), 0
            needs += needs_of(symbol, own, grid, start=start, stop=stop, forming=more)
        return grid, needs, held

    def _from(self, covered: Mapping[str, Sequence[Covered]], moment: dt.datetime) -> np.datetime64:
        """Where the grid begins: with what was asked for, with what is there, or with what the provider has."""
        first = [each.first for own in covered.values() for each in own]
        if self._order.since is not None:
            first.append(int(self._order.since.astype("M8[s]").astype(np.int64)))
        if not first:
            days = self._provider.offers.intervals[self._order.interval]
            if days is None and self._order.interval.is_intraday:
                days = LONGEST
            back = calendar(self._market.calendar).first if days is None else _date(moment) - np.timedelta64(days, "D")
            first = [int(back.astype("M8[s]").astype(np.int64))]
        return np.datetime64(min(first), "s").astype("M8[D]")

    def _usual(self, covered: Mapping[str, Sequence[Covered]], grid: Grid) -> int:
        """Where a symbol begins that nobody asked for yet: where the others did."""
        first = min((each.first for own in covered.values() for each in own), default=None)
        return 0 if first is None else grid.place(first)


def _date(moment: dt.datetime | np.datetime64) -> np.datetime64:
    if isinstance(moment, dt.datetime):
        return np.datetime64(int(moment.timestamp()), "s").astype("M8[D]")
    return moment.astype("M8[D]")


def _text(stamp: int, interval: Interval) -> str:
    return str(np.datetime64(stamp, "s").astype("M8[s]" if interval.is_intraday else "M8[D]"))
