"""Answers into the market: gathered into batches, each on the disk when its append returns."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from scanwright.data.fetching.chained import UNKNOWN
from scanwright.data.ports import Answer, BarsWanted
from scanwright.data.updating.grid import Grid
from scanwright.data.updating.plan import Job
from scanwright.model.clock import Clock
from scanwright.model.errors import Conflict
from scanwright.model.panel import FIELDS
from scanwright.store.market import Market
from scanwright.store.report import ImportReport

if TYPE_CHECKING:
    import polars as pl

    from scanwright.store.stretches import Stretch

ROWS = 400_000  # bars that are kept at once
PAUSE = 2.0  # seconds between two appends, at least
SHARE = 4.0  # an append is followed by so many times its own length without one
WAITS, WAIT = 120, 0.5  # for another process that writes into the market
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Told:
    """A job's answer, without what it has of others."""

    job: Job
    answer: Answer


class Keeper:
    """Keeps bars of one interval in a market.

    reports: what came of the appends. given_by: which symbols each provider gave. lasts: the last bar of each symbol
    that came, in seconds since 1970.
    """

    def __init__(
        self, market: Market, grid: Grid, clock: Clock, held: Mapping[str, Sequence[tuple[int, int, str]]]
    ) -> None:
        """held: the places that are in the market already, by symbol, each with its provider."""
        self._market, self._grid, self._clock = market, grid, clock
        self._ends: dict[tuple[str, str], set[int]] = defaultdict(set)
        for symbol, stretches in held.items():
            for _, stop, provider in stretches:
                self._ends[symbol, provider].add(stop)
        self._batch: list[Told] = []
        self._rows, self._next = 0, 0.0
        self._turn = asyncio.Lock()
        self.reports: list[ImportReport] = []
        self.given_by: dict[str, set[str]] = defaultdict(set)
        self.lasts: dict[str, int] = {}

    async def take(self, job: Job, answer: Answer) -> None:
        """Put an answer by; now and then, keep what is there."""
        self._batch.append(Told(job=job, answer=answer))
        self._rows += len(answer.table)
        if self._rows >= ROWS or (self._clock.monotonic() >= self._next and not self._turn.locked()):
            await self.flush()

    async def flush(self) -> None:
        """Keep everything that was put by; once begun it is done to the end, also where somebody cancels."""
        async with self._turn:
            batch, self._batch, self._rows = self._batch, [], 0
            if batch:
                await unbroken(self._kept(batch))

    async def _kept(self, batch: Sequence[Told]) -> None:
        begun = self._clock.monotonic()
        report = await stored(lambda: self._append(batch))
        took = self._clock.monotonic() - begun
        self._next = self._clock.monotonic() + max(PAUSE, SHARE * took)
        self.reports.append(report)

    def _append(self, batch: Sequence[Told]) -> ImportReport:
        import polars as pl

        bars = pl.concat([_wanted(told) for told in batch])
        latest = bars.group_by("symbol").agg(pl.col("ts").max().cast(pl.Datetime("ms")).dt.epoch("s"))
        for symbol, last in latest.iter_rows():
            self.lasts[symbol] = max(last, self.lasts.get(symbol, last))
        seen = max(told.answer.known for told in batch)
        whole = self._grid.whole(min(told.answer.as_of for told in batch))
        closed = None if not whole else np.datetime64(int(self._grid.stamps[whole - 1]), "s")
        return self._market.append(
            self._grid.interval,
            bars,
            seen=seen,
            source=", ".join(sorted({told.answer.provider for told in batch})),
            stretches=list(self._stretches(batch)),
            closed=closed,
        )

    def _stretches(self, batch: Sequence[Told]) -> Iterator[Stretch]:
        """What the answers speak for: of whole bars only, and touching what the same provider gave before."""
        together: dict[tuple[str, str], list[tuple[int, int, Answer]]] = defaultdict(list)
        for told in batch:
            start, stop = self._places(told)
            for symbol in told.job.symbols if start < stop else ():
                provider = told.answer.given_by.get(symbol, told.answer.provider)
                if not told.answer.absent.get(symbol, "").startswith(UNKNOWN):
                    together[symbol, provider].append((start, stop, told.answer))
                    self.given_by[provider].add(symbol)
        for (symbol, provider), parts in together.items():
            for start, stop, answer in _runs(sorted(parts, key=lambda each: each[:2])):
                yield self._stretch(symbol, provider, start, stop, answer)

    def _stretch(self, symbol: str, provider: str, start: int, stop: int, answer: Answer) -> Stretch:
        from scanwright.store.stretches import Stretch

        ends = self._ends[symbol, provider]
        first, last = self._grid.span(start, stop)
        if start in ends:  # so that the store sees one stretch, though nights and week-ends lie between
            ends.discard(start)
            first = min(first, np.datetime64(int(self._grid.stamps[start - 1]), "s"))
        ends.add(stop)
        return Stretch(
            symbol=symbol,
            first=first,
            last=last,
            provider=provider,
            asked_at=answer.asked_at,
            as_of=answer.as_of,
            delayed=answer.delayed,
        )

    def _places(self, told: Told) -> tuple[int, int]:
        """The places of a want, as far as their bars were whole when it was answered."""
        want = told.job.want
        if isinstance(want, BarsWanted):
            first, last = (int(each.astype("M8[s]").astype(np.int64)) for each in (want.first, want.last))
            start, stop = self._grid.places(first, last)
        else:
            day = int(np.datetime64(want.date, "s").astype(np.int64))
            start, stop = self._grid.places(day, day)
        return start, min(stop, self._grid.whole(told.answer.as_of))


def _wanted(told: Told) -> pl.DataFrame:
    """The bars of the symbols that hoped for them."""
    import polars as pl

    table = told.answer.table.select("symbol", "ts", *(pl.col(name).cast(pl.Float64) for name in FIELDS))
    if isinstance(told.job.want, BarsWanted):
        return table
    return table.filter(pl.col("symbol").is_in(told.job.symbols))


def _runs(parts: Sequence[tuple[int, int, Answer]]) -> Iterator[tuple[int, int, Answer]]:
    """Parts that touch, as one; the latest answer speaks for it."""
    start, stop, latest = parts[0]
    for low, high, answer in parts[1:]:
        if low > stop:
            yield start, stop, latest
            start, stop, latest = low, high, answer
        stop = max(stop, high)
        latest = answer if answer.asked_at >= latest.asked_at else latest
    yield start, stop, latest


async def stored(work: Callable[[], T]) -> T:
    """What writing into the market gives; where another process writes, it is waited for a while."""
    for _ in range(WAITS):
        try:
            return await asyncio.to_thread(work)
        except Conflict:
            await asyncio.sleep(WAIT)
    return await asyncio.to_thread(work)


async def unbroken(work: Awaitable[T]) -> T:
    """What a piece of work gives, which is done to its end also where somebody cancels."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def counts(reports: Sequence[ImportReport]) -> Counter[str]:
    """All appends together."""
    total: Counter[str] = Counter()
    for each in reports:
        total.update(new=each.rows_new, changed=each.rows_changed, same=each.rows_same, refused=each.refused)
    return total
