"""What is missing, and how to ask for it in the fewest requests.

1. Of each symbol: the places of the grid that no stretch covers, and, where something new is asked anyway, the bars
   before it that were told so early that they may have been corrected since.
2. Symbols that lack the same are asked for together, as many as the provider takes at once.
3. Where the provider tells a whole session of all symbols in one request, those who lack only a few are served that
   way, if that is fewer requests.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import numpy as np

from scanwright.data.ports import BarsWanted, DayWanted, Offers
from scanwright.data.updating.grid import Grid


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """A stretch of a symbol that is in the market, in seconds since 1970.

    asked: the moment that it speaks for. provider: who gave it; nothing for an import.
    """

    first: int
    last: int
    asked: int
    provider: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Places of the grid that a symbol lacks: from `start` up to before `stop`."""

    symbol: str
    start: int
    stop: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One want, and the symbols that hope for it; a day's want is everybody's."""

    want: BarsWanted | DayWanted
    symbols: tuple[str, ...]


def needs_of(
    symbol: str, covered: Sequence[Covered], grid: Grid, *, start: int, stop: int, forming: int = 0
) -> Iterator[Need]:
    """What a symbol lacks of the places from `start` up to before `stop`.

    forming: how many places further a bar is forming; it is asked for again each time.
    """
    held = sorted((*grid.places(each.first, each.last), each.asked) for each in covered)
    at = start
    gaps: list[tuple[int, int]] = []
    for low, high, _ in held:
        if low > at:
            gaps.append((at, min(low, stop)))
        at = max(at, high)
    if at < stop + forming:
        gaps.append((at, stop + forming))
    for low, high in gaps:
        if low < high:
            yield Need(symbol=symbol, start=_earlier(low, held, grid), stop=high)


def _earlier(low: int, held: Iterable[tuple[int, int, int]], grid: Grid) -> int:
    """Where to begin: with the bars just before that may have been corrected since they were told."""
    before = [(asked, begin) for begin, end, asked in held if end == low]
    if not before:
        return low
    asked, begin = max(before)
    return max(min(grid.settled(asked), low), begin)


def jobs_of(needs: Iterable[Need], grid: Grid, offers: Offers, *, known: Container[str], whole: int) -> Sequence[Job]:
    """The requests that bring what is needed, the newest stretches first.

    known: the symbols that the provider has for certain; of another one a whole session could not say whether it has.
    whole: the place of the first bar that is not whole; a session that is still open is not told of all.
    """
    every = sorted(needs, key=lambda each: (-each.start, each.stop, each.symbol))
    if DayWanted not in offers.wants or grid.interval.is_intraday:
        return list(_by_symbol(every, grid, offers.most_symbols))
    able = [each for each in every if each.symbol in known and each.stop <= whole]
    short = _short(able, offers.most_symbols)
    by_day = [each for each in able if each.stop - each.start <= short]
    chosen = {(each.symbol, each.start) for each in by_day}
    rest = [each for each in every if (each.symbol, each.start) not in chosen]
    return [*_by_day(by_day, grid), *_by_symbol(rest, grid, offers.most_symbols)]


def _short(needs: Sequence[Need], most: int) -> int:
    """Up to how many places a need is served by whole days: the number that makes the fewest requests."""
    best, chosen = _requests(needs, most), 0
    days: set[int] = set()
    by_length = sorted(needs, key=lambda each: each.stop - each.start)
    for at, need in enumerate(by_length):
        days.update(range(need.start, need.stop))
        length = need.stop - need.start
        if at + 1 < len(by_length) and by_length[at + 1].stop - by_length[at + 1].start == length:
            continue
        cost = len(days) + _requests(by_length[at + 1 :], most)
        if cost < best:
            best, chosen = cost, length
        if len(days) > best:
            break
    return chosen


def _requests(needs: Iterable[Need], most: int) -> int:
    return sum(-(-len(each) // most) for each in _alike(needs).values())


def _alike(needs: Iterable[Need]) -> Mapping[tuple[int, int], list[str]]:
    alike: dict[tuple[int, int], list[str]] = defaultdict(list)
    for each in needs:
        alike[each.start, each.stop].append(each.symbol)
    return alike


def _by_symbol(needs: Iterable[Need], grid: Grid, most: int) -> Iterator[Job]:
    for (start, stop), symbols in _alike(needs).items():
        first, last = grid.span(start, stop)
        for at in range(0, len(symbols), most):
            chosen = tuple(symbols[at : at + most])
            yield Job(want=BarsWanted(symbols=chosen, interval=grid.interval, first=first, last=last), symbols=chosen)


def _by_day(needs: Iterable[Need], grid: Grid) -> Iterator[Job]:
    """A job for each session, the earliest first; whoever lacks it."""
    lacking: dict[int, list[str]] = defaultdict(list)
    for each in needs:
        for place in range(each.start, each.stop):
            lacking[place].append(each.symbol)
    for place in sorted(lacking):
        date: dt.date = np.datetime64(int(grid.stamps[place]), "s").astype("M8[D]").item()
        yield Job(want=DayWanted(date=date), symbols=tuple(lacking[place]))
