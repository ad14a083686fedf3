"""What a run of another process tells, for any number of readers here.

The latest events are in memory once, whoever reads them; a reader is a place in the run. One that is behind what
memory holds takes its next events from the stream, or from the record what the stream no longer has.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from scanwright.app.http.stories import BATCH, LOOK
from scanwright.model.clock import Clock
from scanwright.model.errors import StoreError
from scanwright.model.run import Event
from scanwright.scan.ports import Records

if TYPE_CHECKING:
    from scanwright.store.streams import Streams

MOST = 8192  # events of a run in memory, up to twice as many
PAGE = 1000  # events of a look into the record


class Tail:
    """The latest events of a run, without a gap between them.

    >>> tail = Tail(2)
    >>> tail.add([Event(seq=each, type="miss", line=b"") for each in (2, 3, 4)])
    >>> [each.seq for each in tail.after(3, 10)], tail.after(1, 10), tail.last
    ([4], [], 4)
    >>> tail.add([Event(seq=9, type="miss", line=b"")])
    >>> tail.first, tail.last
    (8, 9)
    """

    def __init__(self, last: int) -> None:
        """Begin after an event."""
        self.first = self.last = last
        self.news = asyncio.Event()
        self._events: list[Event] = []

    def add(self, events: Sequence[Event]) -> None:
        """Take further events; those that are here already are passed over."""
        fresh = [each for each in events if each.seq > self.last]
        if not fresh:
            return
        if fresh[0].seq != self.last + 1:
            self._events, self.first = [], fresh[0].seq - 1
        self._events += fresh
        self.last = fresh[-1].seq
        if len(self._events) > 2 * MOST:
            del self._events[:-MOST]
            self.first = self._events[0].seq - 1
        self.wake()

    def wake(self) -> None:
        """Let whoever waits look again."""
        news, self.news = self.news, asyncio.Event()
        news.set()

    def after(self, seq: int, most: int) -> Sequence[Event]:
        """The events after one; none where they are not here."""
        return self._events[seq - self.first : seq - self.first + most] if self.first <= seq < self.last else []


class Followed:
    """A run of another process: its tail, and one look a second into the record for all who read it here."""

    def __init__(
        self,
        run: str,
        records: Records,
        streams: Streams,
        clock: Clock,
        goes_on: Callable[[], Awaitable[bool]],
    ) -> None:
        """Nobody reads. goes_on: whether the run does, or this process wants to end."""
        self.readers = 0
        self.tail: Tail | None = None
        self._run, self._records, self._streams, self._clock, self._goes_on = run, records, streams, clock, goes_on
        self._one = asyncio.Lock()
        self._next_look = 0.0
        self._is_over = False

    async def read(self, after: int, pulse: float) -> AsyncGenerator[Sequence[Event]]:
        """The events after one; see `ports.Told`."""
        self.readers += 1
        try:
            tail = await self._begun(after)
            heard, is_over = self._clock.monotonic(), False
            while True:
                news = tail.news
                batch = tail.after(after, BATCH)
                if not batch and (after < tail.first or is_over):
                    batch = await self._behind(after)
                if batch:
                    yield batch
                    after, heard, is_over = batch[-1].seq, self._clock.monotonic(), False
                    if batch[-1].type == "finished":
                        return
                    await asyncio.sleep(0)
                    continue
                if is_over:
                    return
                is_over = await self._look(tail)
                if is_over or news.is_set():
                    continue
                if self._clock.monotonic() - heard >= pulse:
                    heard = self._clock.monotonic()
                    yield ()
                await _within(news, LOOK)
        finally:
            self.readers -= 1

    def leave(self) -> None:
        """Let readers see at once that this process ends."""
        self._next_look = 0.0
        if self.tail is not None:
            self.tail.wake()

    async def _begun(self, after: int) -> Tail:
        """The tail; it begins so far before the end of the stream that it holds as much as it can."""
        async with self._one:
            if self.tail is None:
                last = await self._streams.last(self._run) or after
                self.tail = Tail(max(last - MOST, 0))
            return self.tail

    async def _behind(self, after: int) -> Sequence[Event]:
        """The events after one that memory does not hold."""
        found = await self._streams.since(self._run, after, BATCH)
        if found and found[0].seq == after + 1:
            return found
        found = await asyncio.to_thread(self._records.events, self._run, after, BATCH)
        return found if found and found[0].seq == after + 1 else ()

    async def _look(self, tail: Tail) -> bool:
        """Whether it is over, looked up once in a while for all readers; what only the record has comes in on the way.

        A record that does not answer at present says nothing.
        """
        async with self._one:
            if self._clock.monotonic() < self._next_look:
                return self._is_over
            try:
                self._is_over = not await self._goes_on()
                found = await asyncio.to_thread(self._records.events, self._run, tail.last, PAGE)
            except StoreError:
                found = ()
            tail.add(found)
            self._next_look = 0.0 if len(found) == PAGE else self._clock.monotonic() + LOOK
            return self._is_over and len(found) < PAGE


async def _within(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return
