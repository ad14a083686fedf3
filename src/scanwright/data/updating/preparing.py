"""What there is to bring: who there is, what time it is at the provider, and what each symbol lacks of the calendar.

The same for an update of a whole market and for a run that asks for some symbols first.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from scanwright.data.ports import BarsWanted, DayWanted, Offers, PresentWanted, Provider, SymbolsWanted
from scanwright.data.updating import coverage, tables
from scanwright.data.updating.further import Further
from scanwright.data.updating.grid import Grid, grid_of
from scanwright.data.updating.plan import Covered, Job, Need, jobs_of, needs_of
from scanwright.data.updating.report import reason_of
from scanwright.model.calendars import calendar
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, SettingsError
from scanwright.model.interval import Interval
from scanwright.store.market import Market

DEAR = 1.0  # requests a second: who allows fewer is not asked for its list of symbols without need
LONGEST = 3660  # days that a first fill of intraday bars reaches back, where the provider has no bound of its own


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be brought up to date.

    symbols: which; None is every symbol that the provider lists and the market has. since: how far a first fill goes
    back; None is as far as the rest of the market, else as the provider has. deadline: seconds. only_bars: without
    events and facts. also: what of these (`events facts`) is asked for however long it takes.
    """

    market: Market
    interval: Interval
    symbols: tuple[str, ...] | None = None
    since: np.datetime64 | None = None
    deadline: float | None = None
    only_bars: bool = False
    also: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Prepared:
    """What an order comes to.

    moment: the present at the provider. symbols: whom it is about. listed: whom the provider lists, where it said so.
    needs: what is missing of whom, on the grid. held: the places that are there, by symbol, with their providers.
    until: the last stamp that is whole at that moment, as text. ended: symbols that are known to trade no more.
    """

    moment: dt.datetime
    symbols: Sequence[str]
    listed: Collection[str] | None
    grid: Grid
    needs: Sequence[Need]
    held: Mapping[str, Sequence[tuple[int, int, str]]]
    until: str
    ended: Collection[str]

    def jobs(self, offers: Offers, needs: Sequence[Need] | None = None) -> Sequence[Job]:
        """The requests that bring what is needed, or some of it."""
        known = self.held if self.listed is None else self.listed
        whole = self.grid.whole(self.moment)
        return jobs_of(self.needs if needs is None else needs, self.grid, offers, known=known, whole=whole)

    async def actions(self, further: Further, *, every: bool) -> None:
        """Splits, dividends, renames and delistings of those who lack bars, from the first that is lacking."""
        first = int(self.grid.stamps[min(each.start for each in self.needs)])
        names = list(dict.fromkeys(each.symbol for each in self.needs))
        await further.actions(names, dt.datetime.fromtimestamp(first, dt.UTC), self.moment, every=every)


def fits(order: Order, provider: Provider) -> None:
    """Refuse an order that a provider cannot serve with bars as they were traded."""
    offers = provider.offers
    if order.interval not in offers.intervals or not offers.wants & {BarsWanted, DayWanted}:
        has = " ".join(each for each in Interval if each in offers.intervals)
        todo = "choose among these" if has else f"name one that has bars after a comma: {provider.name},yahoo"
        raise SettingsError(
            expected=f"bars of {order.interval} from {provider.name}", found=has or "no bars", todo=todo
        )
    if offers.adjusted == "total":
        raise SettingsError(
            expected="bars as they were traded",
            found=f"{provider.name} gives them less dividends",
            todo="name another provider: what was taken out cannot be put back exactly",
        )


async def prepared(order: Order, provider: Provider, clock: Clock, further: Further) -> Prepared:
    """What an order comes to; the provider's list of symbols is kept on the way."""
    moment = await _present(order, provider, clock, further)
    listed = await _listing(order, provider, further)
    symbols: Sequence[str] = order.symbols or ()
    if order.symbols is None:
        held = await asyncio.to_thread(coverage.held_symbols, order.market, order.interval)
        symbols = list(dict.fromkeys([*(listed or ()), *held]))
    if not symbols:
        raise SettingsError(
            expected=f"symbols that {provider.name} lists, or that the market has",
            found="none",
            todo="name some: --universe AAPL,MSFT or a file with one on each line",
        )
    return await asyncio.to_thread(_planned, order, provider.offers, moment, symbols, listed)


async def _present(order: Order, provider: Provider, clock: Clock, further: Further) -> dt.datetime:
    """The moment up to which whoever gives bars can tell: by its own clock where it has one."""
    if PresentWanted in provider.offers.wants:
        try:
            return (await provider.ask(PresentWanted())).as_of
        except ProviderError as error:
            if _is_first(order):
                raise
            further.notes.append(f"what time it is there did not come, ours is taken: {reason_of(error)}")
    return clock.now() - (provider.offers.delayed or dt.timedelta(0))


def _is_first(order: Order) -> bool:
    """Whether nothing is known yet of whom there is."""
    return order.symbols is None and not order.market.intervals()


async def _listing(order: Order, provider: Provider, further: Further) -> Sequence[str] | None:
    """Whom the provider lists; None where nobody says, or where it is not worth asking."""
    offers, costs = provider.offers, provider.costs
    dear = costs.requests / costs.seconds < DEAR
    if SymbolsWanted not in offers.wants or (dear and order.symbols is not None):
        return None
    try:
        answer = await provider.ask(SymbolsWanted())
    except ProviderError as error:
        if _is_first(order):
            raise
        further.notes.append(f"the list of symbols did not come: {reason_of(error)}")
        return None
    await further.put(tables.symbol_rows(answer, order.symbols), answer)
    return answer.table["symbol"].to_list()


def _planned(
    order: Order, offers: Offers, moment: dt.datetime, symbols: Sequence[str], listed: Sequence[str] | None
) -> Prepared:
    """What is missing of whom."""
    market = order.market
    covered = coverage.covered(market, order.interval)
    grid = grid_of(calendar(market.calendar), order.interval, _from(order, offers, covered, moment), moment)
    whole = grid.whole(moment)
    forming = int(grid.is_forming(whole, moment))
    ends = tables.ended(market.table("symbols"), market.table("renames"), listed or ())
    usual = _usual(covered, grid)
    needs: list[Need] = []
    held: dict[str, list[tuple[int, int, str]]] = {}
    for symbol in symbols:
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
    return Prepared(
        moment=moment,
        symbols=symbols,
        listed=None if listed is None else frozenset(listed),
        grid=grid,
        needs=needs,
        held=held,
        ended=frozenset(ends),
        until="" if not whole else _text(int(grid.stamps[whole - 1]), order.interval),
    )


def _from(order: Order, offers: Offers, covered: Mapping[str, Sequence[Covered]], moment: dt.datetime) -> np.datetime64:
    """Where the grid begins: with what was asked for, with what is there, or with what the provider has."""
    first = [each.first for own in covered.values() for each in own]
    if order.since is not None:
        first.append(int(order.since.astype("M8[s]").astype(np.int64)))
    if not first:
        days = offers.intervals[order.interval]
        if days is None and order.interval.is_intraday:
            days = LONGEST
        today = np.datetime64(int(moment.timestamp()), "s").astype("M8[D]")
        back = calendar(order.market.calendar).first if days is None else today - np.timedelta64(days, "D")
        first = [int(back.astype("M8[s]").astype(np.int64))]
    return np.datetime64(min(first), "s").astype("M8[D]")


def _usual(covered: Mapping[str, Sequence[Covered]], grid: Grid) -> int:
    """Where a symbol begins that nobody asked for yet: where the others did."""
    first = min((each.first for own in covered.values() for each in own), default=None)
    return 0 if first is None else grid.place(first)


def _text(stamp: int, interval: Interval) -> str:
    return str(np.datetime64(stamp, "s").astype("M8[s]" if interval.is_intraday else "M8[D]"))
