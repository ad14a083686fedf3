"""Bars of minutes that make up a daily bar: lively at the open and the close, louder after news, quiet over noon."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.simulated.draws import stream
from scanwright.model.calendars import calendar
from scanwright.model.errors import SettingsError, UnknownSymbol
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Floats, Ints

if TYPE_CHECKING:
    import polars as pl

    from scanwright.data.simulated.market import SimulatedMarket

STEPS = 4  # of the price within a minute
OFFERED = (Interval.MINUTE, Interval.MINUTES_5, Interval.MINUTES_15, Interval.MINUTES_30)
EARLY, LATE = 330, 240  # minutes of trading before the open and after the close
SHARE = 0.02  # of a day's volume that is traded outside the session; more where there is news


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Bars:
    """end: of each bar, in seconds UTC; values: `[n, 5]`, open high low close volume."""

    end: Ints
    values: Floats


class Minutes:
    """Makes minutes for a market; each symbol's day has random numbers of its own."""

    def __init__(self, made: SimulatedMarket) -> None:
        """Of this market."""
        self._made = made
        opens, closes = calendar("us_stocks").open_close(made.ts)
        self._opens, self._closes = (each.astype("M8[s]").astype(np.int64) for each in (opens, closes))

    def table(
        self, symbols: Sequence[str], *, first: np.datetime64, last: np.datetime64, interval: Interval, extended: bool
    ) -> pl.DataFrame:
        """The bars of some symbols between two dates as a table, sorted by symbol and time."""
        import polars as pl

        if interval not in OFFERED:
            known = " ".join(OFFERED)
            raise SettingsError(expected=f"an interval of {known}", found=interval, todo="choose one of these")
        start, stop = np.searchsorted(self._made.ts, [first.astype("M8[s]"), last.astype("M8[s]") + 1])
        frames: list[pl.DataFrame] = []
        for symbol in sorted(symbols):
            days = [
                each for row in range(start, stop) for each in self._day(self._column(symbol), row, extended=extended)
            ]
            if not days:
                continue
            end = np.concatenate([each.end for each in days])
            values = np.concatenate([each.values for each in days])
            frames.append(_frame(symbol, *_coarser(end, values, interval.seconds)))
        schema = {"symbol": pl.String, "ts": pl.Datetime("ms", "UTC"), **dict.fromkeys(FIELDS, pl.Float64)}
        return pl.concat(frames) if frames else pl.DataFrame(schema=schema)

    def _column(self, symbol: str) -> int:
        if symbol not in self._made.symbols:
            raise UnknownSymbol(market="the simulated market", symbol=symbol, nearest="one of `market.symbols`")
        return self._made.symbols.index(symbol)

    def _day(self, column: int, row: int, *, extended: bool) -> Iterator[Bars]:
        made = self._made
        if not made.bar[row, column]:
            return
        random = stream(made.seed, "minutes", column, int(made.ts[row].astype("M8[D]").astype(np.int64)))
        whole = np.array([made.fields[name][row, column] for name in FIELDS])
        opens, closes = int(self._opens[row]), int(self._closes[row])
        news = self._news(column, row)
        regular = regular_minutes(whole, (closes - opens) // 60, (news - opens) // 60, random)
        if extended:
            yield from self._early(column, row, whole, news, random)
        yield Bars(end=opens + regular.end, values=regular.values)
        if extended:
            yield from self._late(column, row, whole, random)

    def _news(self, column: int, row: int) -> Ints:
        told = self._made.happened.stories
        return told.known[(told.column == column) & (told.row == row)]

    def _early(self, column: int, row: int, whole: Floats, news: Ints, random: np.random.Generator) -> Iterator[Bars]:
        """From the last close, on the day's terms, to the open."""
        made = self._made
        held = np.flatnonzero(made.bar[:row, column])
        if held.size:
            before = made.fields["close"][held[-1], column] * made.scale[row, column] / made.scale[held[-1], column]
            loud = 4.0 if (news < self._opens[row]).any() else 1.0
            yield from _thin(
                before, whole[0], whole[4] * SHARE * loud, int(self._opens[row]) - EARLY * 60, EARLY, random
            )

    def _late(self, column: int, row: int, whole: Floats, random: np.random.Generator) -> Iterator[Bars]:
        """From the close on; to most of the next gap where a report came out."""
        made, told = self._made, self._made.happened.reports
        reported = told.after & (told.column == column) & (told.row == row + 1)
        target, loud = whole[3], 1.0
        if reported.any() and row + 1 < len(made.ts) and made.bar[row + 1, column]:
            opened = made.fields["open"][row + 1, column] * made.scale[row, column] / made.scale[row + 1, column]
            target, loud = whole[3] + 0.7 * (opened - whole[3]), 6.0
        yield from _thin(whole[3], target, whole[4] * SHARE * loud, int(self._closes[row]), LATE, random)


def regular_minutes(whole: Floats, count: int, news: Ints, random: np.random.Generator) -> Bars:
    """A session of `count` minutes whose bars together are `whole`; minutes without trade have none.

    news: the minutes in which something became known; the volume is higher after it. Ends count from the open.
    """
    volume = _shares(whole[4], _lively(count, 0.12, 2.2) * _louder(count, news) * _noise(count, 0.5, random))
    traded = np.flatnonzero(volume)
    sizes = np.repeat(_lively(count, 0.08, 1.0)[traded] * _noise(traded.size, 0.2, random), STEPS)
    path = _bridge(whole, sizes, random).reshape(-1, STEPS)
    close = path[:, -1].copy()
    close[-1] = whole[3]
    opened = np.concatenate([[whole[0]], close[:-1]])
    high = np.maximum(path.max(axis=1), np.maximum(opened, close))
    low = np.minimum(path.min(axis=1), np.minimum(opened, close))
    high[int(high.argmax())], low[int(low.argmin())] = whole[1], whole[2]
    prices = np.column_stack([opened, high, low, close]).clip(whole[2], whole[1])
    return Bars(end=(traded + 1) * 60, values=np.column_stack([prices, volume[traded]]))


def _lively(count: int, width: float, height: float) -> Floats:
    """The shape of a day: high at the open, less so at the close, low over noon."""
    at = (np.arange(count) + 0.5) / count
    return 1 + height * 1.6 * np.exp(-at / width) + height * np.exp(-(1 - at) / width)


def _louder(count: int, news: Ints) -> Floats:
    """What news adds to the volume of the minutes after it."""
    times = np.ones(count)
    minutes: list[int] = news.tolist()
    for minute in minutes:
        if 0 < minute < count:
            times[minute:] += 6 * np.exp(-np.arange(count - minute) / 20)
    return times


def _noise(count: int, size: float, random: np.random.Generator) -> Floats:
    return np.exp(size * random.standard_normal(count))


def _shares(total: float, weights: Floats) -> Floats:
    """Whole shares by weights, which add up to the total."""
    reached: Floats = np.cumsum(weights) / weights.sum() * total
    reached = np.rint(reached)
    reached[-1] = total
    return np.diff(reached, prepend=0.0)


def _bridge(whole: Floats, sizes: Floats, random: np.random.Generator) -> Floats:
    """A way from the open to the close that touches high and low, in cents; `sizes` of its steps."""
    steps: Floats = np.cumsum(sizes * random.standard_normal(sizes.size))
    spent: Floats = np.cumsum(sizes**2) / (sizes**2).sum()
    way: Floats = whole[0] + spent * (whole[3] - whole[0])
    wander = steps - spent * steps[-1]
    reach = max(float(np.abs(wander).max()), 1e-12)
    way = way + wander * (max(whole[1] - whole[2], 0.01) / reach)
    top, bottom = max(whole[0], whole[3]), min(whole[0], whole[3])
    above, below = max(float(way.max()) - top, 1e-12), max(bottom - float(way.min()), 1e-12)
    way = np.where(way > top, top + (way - top) * (whole[1] - top) / above, way)
    way = np.where(way < bottom, bottom - (bottom - way) * (bottom - whole[2]) / below, way)
    return np.rint(way * 100) / 100


def _thin(
    start: float, end: float, volume: float, begin: int, count: int, random: np.random.Generator
) -> Iterator[Bars]:
    """A few bars outside the session, on the way from one price to another."""
    number = min(int(random.poisson(min(volume / 50, 40))), count)
    if not number:
        return
    at = np.sort(random.choice(count, number, replace=False))
    share = (np.arange(number) + 1) / number
    way = start + share * (end - start)
    close = np.maximum(np.round(way * (1 + 0.0005 * random.standard_normal(number)), 2), 0.01)
    opened = np.concatenate([[max(round(start, 2), 0.01)], close[:-1]])
    sides = np.column_stack([opened, np.maximum(opened, close), np.minimum(opened, close), close])
    shares = np.maximum(_shares(np.floor(volume), _noise(number, 0.8, random)), 1.0)
    yield Bars(end=begin + (at + 1) * 60, values=np.column_stack([sides, shares]))


def _coarser(end: Ints, values: Floats, seconds: int) -> tuple[Ints, Floats]:
    """Bars of more minutes; those of a full interval since midnight, which sessions begin on."""
    label = -(-end // seconds) * seconds
    starts = np.flatnonzero(np.diff(label, prepend=-1))
    lasts = np.append(starts[1:], end.size) - 1
    together = [
        values[starts, 0],
        np.maximum.reduceat(values[:, 1], starts),
        np.minimum.reduceat(values[:, 2], starts),
        values[lasts, 3],
        np.add.reduceat(values[:, 4], starts),
    ]
    return label[starts], np.column_stack(together)


def _frame(symbol: str, end: Ints, values: Floats) -> pl.DataFrame:
    import polars as pl

    stamps = pl.Series("ts", end.astype("M8[s]").astype("M8[ms]")).dt.replace_time_zone("UTC")
    bars = {name: values[:, at] for at, name in enumerate(FIELDS)}
    return pl.DataFrame([pl.Series("symbol", [symbol]).new_from_index(0, len(stamps)), stamps]).with_columns(
        pl.Series(name, each) for name, each in bars.items()
    )
