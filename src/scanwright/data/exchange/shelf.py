"""The bars of one interval as an exchange looks them up: by symbol and stamp, by the moment they end, by their day."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.model.calendars import Calendar
from scanwright.model.interval import DAY, Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from scanwright.model.panel import Floats, Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Part:
    """Some bars of one symbol, as they are served: stamps in seconds, rising, and `[n, 5]` values as traded."""

    symbol: str
    ts: Ints
    values: Floats


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Shelf:
    """One entry a bar, by symbol and stamp.

    places: where each symbol's bars begin and end. begins, ends: when a bar began and was whole, in seconds UTC.
    order: the bars by when they were whole; ordered: those moments. owner: the place of each bar's symbol in `symbols`.
    """

    interval: Interval
    symbols: tuple[str, ...]
    places: Mapping[str, tuple[int, int]]
    ts: Ints
    values: Floats
    begins: Ints
    ends: Ints
    order: Ints
    ordered: Ints
    owner: Ints

    def between(self, symbol: str, first: int, last: int, moment: int) -> slice:
        """The bars of a symbol with stamps from `first` to `last` that were whole by a moment."""
        start, stop = self.places[symbol]
        low, high = np.searchsorted(self.ts[start:stop], [first, last + 1])
        told = int(np.searchsorted(self.ends[start:stop], moment, side="right"))
        return slice(start + int(low), start + max(min(int(high), told), int(low)))

    def open_at(self, symbol: str, moment: int) -> int | None:
        """The bar of a symbol that is open at a moment, or nothing."""
        start, stop = self.places[symbol]
        at = start + int(np.searchsorted(self.ends[start:stop], moment, side="right"))
        return at if at < stop and self.begins[at] < moment else None

    def spans(self, symbol: str, moment: int) -> bool:
        """Whether a moment lies between the first and the last of a symbol's bars."""
        start, stop = self.places[symbol]
        return bool(self.begins[start] < moment <= self.ends[stop - 1])

    def ended(self, after: int, by: int) -> Ints:
        """The bars that became whole after one moment and by another, in the order in which they did."""
        low, high = np.searchsorted(self.ordered, [after, by], side="right")
        return self.order[low:high]


def shelved(interval: Interval, bars: pl.DataFrame, sessions: Calendar) -> Shelf:
    """A shelf of the bars of a market."""
    import polars as pl

    ts = bars["ts"].cast(pl.Datetime("ms")).to_physical().to_numpy() // 1000
    runs = bars["symbol"].rle().struct.unnest()
    counts = runs["len"].to_numpy().astype(np.int64)
    starts = np.cumsum(counts) - counts
    symbols = tuple(runs["value"].to_list())
    begins, ends = _hours(interval, ts, sessions)
    order = np.argsort(ends, kind="stable")
    return Shelf(
        interval=interval,
        symbols=symbols,
        places={name: (int(at), int(at + n)) for name, at, n in zip(symbols, starts, counts, strict=True)},
        ts=ts,
        values=np.column_stack([bars[name].to_numpy() for name in FIELDS]).astype(np.float64),
        begins=begins,
        ends=ends,
        order=order,
        ordered=ends[order],
        owner=np.repeat(np.arange(len(symbols)), counts),
    )


def _hours(interval: Interval, ts: Ints, sessions: Calendar) -> tuple[Ints, Ints]:
    """When bars began and were whole: on a date without a session, from midnight to midnight UTC.

    A week or month is stamped with its last session, and begins as many days before as it has at least.
    """
    if interval.is_intraday:
        return ts - interval.seconds, ts
    dates, place = np.unique(ts, return_inverse=True)
    opens, closes = sessions.open_close(dates.astype("M8[s]"))
    begins = np.where(np.isnat(opens), dates, opens.astype("M8[s]").astype(np.int64)) - (interval.seconds - DAY)
    ends = np.where(np.isnat(closes), dates + DAY, closes.astype("M8[s]").astype(np.int64))
    return begins[place], ends[place]
