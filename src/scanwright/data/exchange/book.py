"""What an exchange has to tell: a market's bars and tables, as far as its clock has come."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.names import Names, day_of
from scanwright.data.exchange.shelf import Part, Shelf, shelved
from scanwright.data.exchange.tape import Bar, Tape, Trade
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.store.market import Market

if TYPE_CHECKING:
    import polars as pl

    from scanwright.model.panel import Ints

DAY = 86_400  # seconds for which a late bar is held back, and a wrong one stands


class Book:
    """A market as an exchange tells of it: nothing that a moment (seconds since 1970) does not know yet.

    Symbols are asked for and told by the names that they have at that moment.
    """

    def __init__(self, market: Market, behaviour: Behaviour) -> None:
        """Bars and tables are read into memory when they are first asked for, or opened."""
        self._market, self._behaviour = market, behaviour
        self._shelves: dict[Interval, Shelf] = {}
        self._tables: dict[str, pl.DataFrame | None] = {}
        self.intervals = market.intervals()
        self.calendar = market.calendar
        self.tape = Tape(behaviour.seed)

    @functools.cached_property
    def edition(self) -> str:
        """Names the market that is served: another one, or the same with other bars or tables, has another name."""
        told = [str(self._market.status().generation), *(self._market.data_hash(each) for each in self.intervals)]
        return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]

    def open(self) -> None:
        """Read what everybody asks for, so that nobody waits for it."""
        self.listed(self.end())
        for name in ("splits", "dividends"):
            self.whole(name)
        _ = self.edition

    def end(self) -> int:
        """The moment by which all bars are whole."""
        return max((int(self.shelf(each).ends.max()) for each in self.intervals), default=0)

    def shelf(self, interval: Interval) -> Shelf:
        """The bars of an interval; of one that the market lacks, none."""
        if interval not in self._shelves:
            import polars as pl

            from scanwright.model.panel import FIELDS

            empty = pl.DataFrame(schema={"symbol": pl.String, "ts": pl.Date, **dict.fromkeys(FIELDS, pl.Float64)})
            bars = self._market.bars(interval) if interval in self.intervals else empty
            self._shelves[interval] = shelved(interval, bars, calendar(self.calendar))
        return self._shelves[interval]

    @functools.cached_property
    def names(self) -> Names:
        """Who is known by which name."""
        firsts: dict[str, int] = {}
        for interval in self.intervals:
            shelf = self.shelf(interval)
            for symbol, (start, _) in shelf.places.items():
                begins = int(shelf.begins[start])
                firsts[symbol] = min(begins, firsts.get(symbol, begins))
        return Names(dict(sorted(firsts.items())), self.whole("symbols"), self.whole("renames"))

    def whole(self, name: str) -> pl.DataFrame | None:
        """One of the market's tables, with all that it will come to."""
        if name not in self._tables:
            self._tables[name] = self._market.table(name)
        return self._tables[name]

    def table(self, name: str, moment: int) -> pl.DataFrame | None:
        """One of the market's tables as it is known at a moment, under the names of then."""
        import polars as pl

        frame = self.whole(name)
        if frame is None:
            return None
        now, today = dt.datetime.fromtimestamp(moment, dt.UTC), dt.date.fromisoformat(day_of(moment))
        frame = frame.drop("seen", strict=False)  # whoever asks sees it now for the first time
        if "known" in frame.columns:
            frame = frame.filter(pl.col("known").is_null() | (pl.col("known") <= now))
        elif name in {"splits", "dividends", "renames"}:
            frame = frame.filter(pl.col("date") <= today)
        elif name == "members":
            until = pl.when(pl.col("until") <= today).then(pl.col("until"))
            frame = frame.filter(pl.col("since") <= today).with_columns(until.alias("until"))
        return self._called(frame, moment)

    def listed(self, moment: int) -> pl.DataFrame:
        """The list of symbols at a moment; who is delisted later does not say so yet."""
        import polars as pl

        listed = pl.DataFrame({"symbol": self.names.known(moment)}, schema={"symbol": pl.String})
        table = self.whole("symbols")
        if table is not None:
            listed = listed.join(table, on="symbol", how="left", maintain_order="left")
        if "delisted" in listed.columns:
            date = pl.col("delisted").cast(pl.String).str.slice(0, 10)
            listed = listed.with_columns(pl.when(date < day_of(moment)).then(date).alias("delisted"))
        return self._called(listed, moment)

    def part(self, name: str, interval: Interval, first: int, last: int, moment: int) -> Part | None:
        """A symbol's bars between two stamps, as they are told at a moment; None for a name that nobody has."""
        symbol, shelf = self.names.find(name, moment), self.shelf(interval)
        if symbol is None:
            return None
        if symbol not in shelf.places:
            return Part(symbol=name, ts=shelf.ts[:0], values=shelf.values[:0])
        return self._told(name, symbol, shelf, shelf.between(symbol, first, last, moment), moment)

    def day(self, stamp: int, moment: int) -> list[Part]:
        """The daily bars of one date, of every symbol that has one."""
        shelf = self.shelf(Interval.DAY)
        rows = self._of_date(stamp)
        rows = rows[shelf.ends[rows] <= moment]
        owners: list[int] = shelf.owner[rows].tolist()
        called = [shelf.symbols[owner] for owner in owners]
        slices = ((symbol, slice(row, row + 1)) for symbol, row in zip(called, rows.tolist(), strict=True))
        parts = (self._told(self.names.called(each, moment), each, shelf, at, moment) for each, at in slices)
        return sorted((each for each in parts if len(each.ts)), key=lambda part: part.symbol)

    def forming(self, name: str, interval: Interval, moment: int) -> Part | None:
        """The bar that is open at a moment, as far as it has come; None where there is none."""
        symbol, shelf = self.names.find(name, moment), self.shelf(interval)
        at = shelf.open_at(symbol, moment) if symbol in shelf.places and symbol else None
        if symbol is None or at is None:
            return None
        finest = self.source(symbol, moment)
        if finest.interval < interval:
            return self._gathered(name, finest, shelf, at, moment)
        values = self.tape.so_far(self.bar(shelf, at), moment)
        return None if values is None else Part(symbol=name, ts=shelf.ts[at : at + 1], values=np.array([values]))

    def trades(self, name: str, first: int, last: int, moment: int) -> list[Trade] | None:
        """The trades of a symbol between two moments, out of its finest bars; None for a name that nobody has."""
        symbol = self.names.find(name, moment)
        if symbol is None:
            return None
        shelf = self.source(symbol, min(last, moment))
        start, stop = shelf.places.get(symbol, (0, 0))
        low = start + int(np.searchsorted(shelf.ends[start:stop], first, side="right"))
        high = start + int(np.searchsorted(shelf.begins[start:stop], min(last, moment)))
        found = (each for at in range(low, high) for each in self.tape.trades(self.bar(shelf, at), min(last, moment)))
        return [each for each in found if each.ts > first * 1000]

    def source(self, symbol: str, moment: int) -> Shelf:
        """The finest bars that a symbol has about a moment; what it has at all where it has none about then."""
        shelves = [self.shelf(each) for each in self.intervals if symbol in self.shelf(each).places]
        around = (each for each in shelves if each.spans(symbol, moment))
        return next(around, shelves[-1] if shelves else self.shelf(self.intervals[0]))

    def bar(self, shelf: Shelf, at: int) -> Bar:
        """A bar of a shelf, to be taken apart."""
        op, high, low, close, volume = shelf.values[at].tolist()
        return Bar(
            symbol=shelf.symbols[int(shelf.owner[at])],
            begins=int(shelf.begins[at]),
            ends=int(shelf.ends[at]),
            values=(op, high, low, close, volume),
        )

    def chain(self, name: str, moment: int) -> pl.DataFrame | None:
        """The last option chain that was kept of an underlying by a moment."""
        symbol = self.names.find(name, moment)
        return self._market.chain(symbol, at=dt.datetime.fromtimestamp(moment, dt.UTC)) if symbol else None

    def is_late(self, symbol: str, interval: Interval, ts: int) -> bool:
        """Whether a bar is told a day late."""
        return self._behaviour.lot(f"late {symbol} {interval} {ts}", self._behaviour.late_rate)

    def is_wrong(self, symbol: str, interval: Interval, ts: int) -> bool:
        """Whether a bar is told wrong at first, and right a day later."""
        return self._behaviour.lot(f"wrong {symbol} {interval} {ts}", self._behaviour.correct_rate)

    def _of_date(self, stamp: int) -> Ints:
        shelf = self.shelf(Interval.DAY)
        close = calendar(self.calendar).open_close(np.array([stamp]).astype("M8[s]"))[1]
        moment = stamp + DAY if np.isnat(close[0]) else int(close.astype("M8[s]").astype(np.int64)[0])
        rows = shelf.ended(moment - 1, moment)
        return rows[shelf.ts[rows] == stamp]

    def _told(self, name: str, symbol: str, shelf: Shelf, rows: slice, moment: int) -> Part:
        """Leave out the bars of the last day that are late, and spoil those that are corrected later."""
        ts, values, bad = shelf.ts[rows], shelf.values[rows], self._behaviour
        recent = np.flatnonzero(shelf.ends[rows] > moment - DAY) if bad.late_rate or bad.correct_rate else ()
        if not len(recent):
            return Part(symbol=name, ts=ts, values=values)
        values, keep = values.copy(), np.ones(len(ts), np.bool_)
        for at in recent:
            stamp = int(ts[at])
            keep[at] = not self.is_late(symbol, shelf.interval, stamp)
            if self.is_wrong(symbol, shelf.interval, stamp):
                values[at] = spoilt(values[at].tolist())
        return Part(symbol=name, ts=ts[keep], values=values[keep])

    def _gathered(self, name: str, finest: Shelf, shelf: Shelf, at: int, moment: int) -> Part | None:
        """An open bar out of the finest ones that it covers."""
        symbol = shelf.symbols[int(shelf.owner[at])]
        rows = finest.between(symbol, int(shelf.begins[at]) + 1, moment, moment)
        last = self.forming(name, finest.interval, moment)
        values = np.concatenate([finest.values[rows], *([last.values] if last else [])])
        if not len(values):
            return None
        whole = [values[0, 0], values[:, 1].max(), values[:, 2].min(), values[-1, 3], values[:, 4].sum()]
        return Part(symbol=name, ts=shelf.ts[at : at + 1], values=np.array([whole]))

    def _called(self, frame: pl.DataFrame, moment: int) -> pl.DataFrame:
        """A table under the names of a moment."""
        former = self._former(moment)
        if not former:
            return frame
        import polars as pl

        return frame.with_columns(pl.col("symbol").replace(list(former), list(former.values())))

    def _former(self, moment: int) -> dict[str, str]:
        renames = self.whole("renames")
        symbols: Iterable[str] = () if renames is None else renames["symbol"].unique().to_list()
        return {each: called for each in symbols if (called := self.names.called(each, moment)) != each}


def spoilt(values: Sequence[float]) -> list[float]:
    """A bar as it is told before it is corrected: one percent too high.

    >>> spoilt([10.0, 11.0, 9.0, 10.0, 500.0])
    [10.1, 11.11, 9.09, 10.1, 500.0]
    """
    return [*(round(each * 1.01, 4) for each in values[:4]), values[4]]
