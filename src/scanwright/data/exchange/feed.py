"""What changes at the exchange as its time goes on, told once for all readers: numbered messages, the last kept."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.data.exchange import answers
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.book import DAY, Book, spoilt
from scanwright.data.exchange.names import day_of
from scanwright.data.exchange.quoted import SIZE
from scanwright.data.exchange.shelf import Part, Shelf
from scanwright.data.exchange.timeline import Timeline
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    from scanwright.model.panel import Ints

CHANNELS = ("bars", "trades", "quotes", "news", "symbols")
TICK = 0.05  # seconds between two looks at the clock
FORMING = 10  # looks between two tellings of open bars
KEPT = 100_000  # messages


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One change; `text` is its JSON without the closing brace, so that each reader's own figures can follow."""

    seq: int
    channel: str
    symbol: str
    interval: str
    text: str


class Feed:
    """Watches the book's time; what nobody has asked for (trades, open bars) is not made."""

    def __init__(self, book: Book, timeline: Timeline, behaviour: Behaviour) -> None:
        """Nothing is told before the first reader comes."""
        self._book, self._timeline, self._behaviour = book, timeline, behaviour
        self.kept: deque[Message] = deque(maxlen=KEPT)
        self.last = 0
        self.turn = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._told, self._looks = timeline.now(), 0
        self._wanted: Counter[tuple[str, str, Interval]] = Counter()
        self._intervals: set[Interval] = set()
        self._open: dict[tuple[str, Interval], list[float]] = {}

    @property
    def first(self) -> int:
        """The number of the oldest message that is kept; of the next one where there is none."""
        return self.kept[0].seq if self.kept else self.last + 1

    @property
    def now(self) -> int:
        """The exchange's present."""
        return self._timeline.now()

    def intervals(self) -> tuple[Interval, ...]:
        """What there are bars of, the finest first."""
        return self._book.intervals

    def known(self) -> list[str]:
        """The names of all symbols that are known now."""
        return [self._book.names.called(each, self.now) for each in self._book.names.known(self.now)]

    def begin(self) -> None:
        """Start to watch, in the loop that this is called from."""
        if self._task is None:
            self._told = self.now
            self._task = asyncio.get_running_loop().create_task(self._watch())

    def want(self, interval: Interval, channels: Iterable[str], symbols: Iterable[str]) -> None:
        """A reader wants this, from now on."""
        self._intervals.add(interval)
        self._wanted.update((channel, symbol, interval) for channel in channels for symbol in symbols)

    def unwant(self, interval: Interval, channels: Iterable[str], symbols: Iterable[str]) -> None:
        """A reader does not want this any more."""
        self._wanted.subtract((channel, symbol, interval) for channel in channels for symbol in symbols)
        self._wanted = +self._wanted

    def after(self, seq: int) -> Iterator[Message]:
        """The kept messages after a number."""
        skipped = max(seq + 1 - self.first, 0)
        for at in range(skipped, len(self.kept)):
            yield self.kept[at]

    def look(self) -> None:
        """Tell what has changed since the last look."""
        told, now = self._told, self.now
        self._told = now
        self._looks += 1
        if now <= told:
            return
        self._changes(told, now)
        self._stories(told, now)
        wanted = sorted(self._wanted)
        for channel, name in sorted(
            {(channel, name) for channel, name, _ in wanted if channel in {"trades", "quotes"}}
        ):
            self._trades(channel, name, told, now)
        for interval in sorted(self._intervals):  # after the trades that make them
            self._bars(self._book.shelf(interval), told, now)
        for channel, name, interval in wanted:
            if channel == "bars" and self._looks % FORMING == 0:
                self._forming(name, interval, now)

    async def _watch(self) -> None:
        while True:
            self.look()
            turned, self.turn = self.turn, asyncio.Event()
            turned.set()
            await asyncio.sleep(TICK)

    def _tell(self, channel: str, kind: str, symbol: str, facts: dict[str, Any], interval: str = "") -> None:
        self.last += 1
        head = {"type": kind, "seq": self.last, "symbol": symbol}
        said = answers.text(head | ({"interval": interval} if interval else {}) | facts)[:-1]
        self.kept.append(Message(seq=self.last, channel=channel, symbol=symbol, interval=interval, text=said))

    def _bars(self, shelf: Shelf, told: int, now: int) -> None:
        """Bars that are whole now; those that were late or wrong a day ago."""
        bad, interval = self._behaviour, shelf.interval
        for at in shelf.ended(told, now)[-KEPT:].tolist():
            symbol, ts = shelf.symbols[int(shelf.owner[at])], int(shelf.ts[at])
            if bad.late_rate and self._book.is_late(symbol, interval, ts):
                continue
            wrong = bad.correct_rate and self._book.is_wrong(symbol, interval, ts)
            self._bar("bar", shelf, at, now, spoilt(shelf.values[at].tolist()) if wrong else None)
        if bad.late_rate or bad.correct_rate:
            for at in shelf.ended(told - DAY, now - DAY)[-KEPT:].tolist():
                symbol, ts = shelf.symbols[int(shelf.owner[at])], int(shelf.ts[at])
                if self._book.is_late(symbol, interval, ts):
                    self._bar("bar", shelf, at, now)
                elif self._book.is_wrong(symbol, interval, ts):
                    self._bar("corrected", shelf, at, now)

    def _bar(self, kind: str, shelf: Shelf, at: int, now: int, values: list[float] | None = None) -> None:
        name = self._book.names.called(shelf.symbols[int(shelf.owner[at])], now)
        told = shelf.values[at : at + 1] if values is None else np.array([values])
        part = Part(symbol=name, ts=shelf.ts[at : at + 1], values=told)
        self._tell("bars", kind, name, answers.row(part, 0, shelf.interval), shelf.interval.value)

    def _forming(self, name: str, interval: Interval, now: int) -> None:
        part = self._book.forming(name, interval, now)
        values = [] if part is None else [float(part.ts[0]), *part.values[0].tolist()]
        if part is not None and values != self._open.get((name, interval)):
            self._open[name, interval] = values
            self._tell("bars", "forming", name, answers.row(part, 0, interval), interval.value)

    def _trades(self, channel: str, name: str, told: int, now: int) -> None:
        for each in self._book.trades(name, told, now, now) or ():
            if channel == "trades":
                self._tell("trades", "trade", name, {"ts": each.ts, "price": each.price, "size": each.size})
            else:
                sides = {"bid": each.bid, "ask": each.ask, "bid_size": SIZE, "ask_size": SIZE}
                self._tell("quotes", "quote", name, {"ts": each.ts, **sides})

    def _changes(self, told: int, now: int) -> None:
        """Symbols that are listed, and on a new day those that are renamed or gone."""
        names = self._book.names
        for symbol in names.begun(told, now):
            self._tell("symbols", "listed", names.called(symbol, now), {"date": day_of(now)})
        if day_of(told) != day_of(now):
            for date, was, symbol in names.renamed_on(day_of(told), day_of(now)):
                self._tell("symbols", "renamed", symbol, {"date": date, "was": was})
            for date, symbol in names.gone_on(day_of(told), day_of(now)):
                self._tell("symbols", "delisted", names.called(symbol, now), {"date": date})

    def _stories(self, told: int, now: int) -> None:
        known, symbols, headlines = self._news
        low, high = np.searchsorted(known, [told, now], side="right").tolist()
        for at in range(max(low, high - KEPT), high):
            name = self._book.names.called(symbols[at], now)
            self._tell("news", "news", name, {"known": answers.moment(int(known[at])), "headline": headlines[at]})

    @functools.cached_property
    def _news(self) -> tuple[Ints, list[str], list[str]]:
        """When each story became known, of whom it is, and what it says."""
        import polars as pl

        frame = self._book.whole("events")
        if frame is None:
            return np.zeros(0, np.int64), [], []
        news = frame.filter((pl.col("kind") == "news") & pl.col("known").is_not_null()).sort("known", "symbol")
        return news["known"].dt.epoch("s").to_numpy(), news["symbol"].to_list(), news["headline"].to_list()
