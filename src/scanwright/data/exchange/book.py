"""What an exchange has to tell: a market's bars and tables, as far as its clock has come."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.calendars import calendar
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.market import Market

if TYPE_CHECKING:
    import polars as pl

    from scanwright.model.panel import Floats, Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Series:
    """The bars of one symbol: stamps in seconds, rising, and `[n, 5]` values as traded."""

    ts: Ints
    values: Floats


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Part:
    """Some bars of one symbol, as they are served."""

    symbol: str
    ts: Ints
    values: Floats


class Book:
    """A market as an exchange tells of it.

    moment: everything that ended by then is told, in seconds since 1970; the exchange's clock moves it.
    """

    def __init__(self, market: Market, behaviour: Behaviour) -> None:
        """Read the bars into memory, one interval when it is first asked for."""
        self._market, self._behaviour = market, behaviour
        self._series: dict[Interval, dict[str, Series]] = {}
        self._calendar = calendar(market.calendar)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """What there are bars of."""
        return self._market.intervals()

    @property
    def calendar(self) -> str:
        """The name of the session calendar."""
        return self._market.calendar

    def end(self) -> int:
        """The moment by which all bars have ended."""
        ends = [
            int(self.ended(interval, np.array([series.ts[-1]]))[0])
            for interval in self.intervals
            for series in self._of(interval).values()
        ]
        return max(ends, default=0)

    def table(self, name: str) -> pl.DataFrame | None:
        """One of the market's tables."""
        return self._market.table(name)

    def symbols(self, interval: Interval) -> tuple[str, ...]:
        """Who has bars."""
        return tuple(self._of(interval))

    def ended(self, interval: Interval, ts: Ints) -> Ints:
        """When bars of these stamps were whole, in seconds UTC."""
        if interval.is_intraday:
            return ts
        _, closes = self._calendar.open_close(ts.astype("M8[s]"))
        midnight = ts + 86_400
        closed = closes.astype("M8[s]").astype(np.int64)
        return np.where(np.isnat(closes), midnight, closed)

    def opened(self, interval: Interval, ts: Ints) -> Ints:
        """When bars of these stamps began, in seconds UTC."""
        if interval.is_intraday:
            return ts - interval.seconds
        opens, _ = self._calendar.open_close(ts.astype("M8[s]"))
        return np.where(np.isnat(opens), ts, opens.astype("M8[s]").astype(np.int64))

    def part(self, symbol: str, interval: Interval, first: int, last: int, moment: int) -> Part | None:
        """A symbol's bars between two stamps, as they are told at a moment; None for a symbol nobody knows."""
        series = self._of(interval).get(symbol)
        if series is None:
            return None
        start, stop = np.searchsorted(series.ts, first), np.searchsorted(series.ts, last, side="right")
        ts, values = series.ts[start:stop], series.values[start:stop]
        told = np.searchsorted(self.ended(interval, ts), moment, side="right") if len(ts) else 0
        return self._unruly(Part(symbol=symbol, ts=ts[:told], values=values[:told]), interval, moment)

    def forming(self, symbol: str, interval: Interval, moment: int) -> Part | None:
        """The bar that is open at a moment, as far as it has come; None where there is none."""
        series = self._of(interval).get(symbol)
        if series is None:
            return None
        at = int(np.searchsorted(self.ended(interval, series.ts), moment, side="right"))
        if at >= len(series.ts):
            return None
        ts = series.ts[at : at + 1]
        begins, ends = int(self.opened(interval, ts)[0]), int(self.ended(interval, ts)[0])
        if begins >= moment:
            return None
        return Part(symbol=symbol, ts=ts, values=_so_far(series.values[at], (moment - begins) / (ends - begins)))

    def ended_symbols(self, symbols: Sequence[str], moment: int) -> Mapping[str, str]:
        """The dates on which some symbols were delisted, of those that were by a moment."""
        table = self.table("symbols")
        if table is None or "delisted" not in table.columns:
            return {}
        today = dt.datetime.fromtimestamp(moment, dt.UTC).date().isoformat()
        dates = dict(table.select("symbol", "delisted").drop_nulls().iter_rows())
        return {each: str(dates[each]) for each in symbols if str(dates.get(each, "9")) <= today}

    def _of(self, interval: Interval) -> dict[str, Series]:
        if interval not in self._series:
            self._series[interval] = dict(_by_symbol(self._market.bars(interval))) if interval in self.intervals else {}
        return self._series[interval]

    def _unruly(self, part: Part, interval: Interval, moment: int) -> Part:
        """Leave out the bars of the last session that are late, and spoil those that are corrected later."""
        bad = self._behaviour
        if not len(part.ts) or not (bad.late_rate or bad.correct_rate):
            return part
        recent = np.flatnonzero(self.ended(interval, part.ts) > moment - 86_400)
        values, keep = part.values.copy(), np.ones(len(part.ts), np.bool_)
        for at in recent:
            name = f"{part.symbol} {interval} {part.ts[at]}"
            keep[at] = not bad.lot(f"late {name}", bad.late_rate)
            if bad.lot(f"wrong {name}", bad.correct_rate):
                values[at, :4] = np.round(values[at, :4] * 1.01, 4)
        return Part(symbol=part.symbol, ts=part.ts[keep], values=values[keep])


def _so_far(whole: Floats, share: float) -> Floats:
    """A bar after a share of its time: from its open on the way to its close, with that share of the volume."""
    op, high, low, close, volume = (float(each) for each in whole)
    now = op + (close - op) * share
    top, bottom = max(op, now, op + (high - op) * share), min(op, now, op + (low - op) * share)
    found = [round(each, 4) for each in (op, top, bottom, now)]
    return np.array([[*found, volume * share // 1]], np.float64)


def _by_symbol(bars: pl.DataFrame) -> Iterator[tuple[str, Series]]:
    import polars as pl

    ts = bars["ts"].cast(pl.Datetime("ms")).to_physical().to_numpy() // 1000
    values = np.column_stack([bars[name].to_numpy() for name in FIELDS])
    start = 0
    for name, count in bars["symbol"].rle().struct.unnest().select("value", "len").iter_rows():
        yield name, Series(ts=ts[start : start + count], values=values[start : start + count])
        start += count
