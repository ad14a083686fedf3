"""The events of a run, kept in order: whoever reads is a cursor into them, never a queue of its own.

A reader that is slow, or does not read at all, holds nothing up and costs nothing but its place. One that comes back
names the last event that it saw. Events leave memory only where a record has them: see `forget`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from scanwright.model.clock import Clock
from scanwright.model.errors import Absent
from scanwright.model.run import Event, EventType


class Journal:
    """Events of one run as they come, for any number of readers.

    >>> import datetime as dt
    >>> from scanwright.model.clock import SettableClock
    >>> journal = Journal(SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)))
    >>> journal.tell("started", {}).seq, journal.tell("finished", {"reason": "complete"}).seq, journal.is_closed
    (1, 2, True)
    """

    def __init__(self, clock: Clock, *, after: int = 0) -> None:
        """Begin after an event, the last of a run that goes on."""
        self._clock = clock
        self._first = after
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self.kept = after
        self.is_closed = False

    @property
    def first(self) -> int:
        """The number of the event before the first that is in memory."""
        return self._first

    @property
    def last(self) -> int:
        """The number of the latest event."""
        return self._first + len(self._events)

    def tell(self, type: EventType, body: Mapping[str, object]) -> Event:
        """Add an event; `finished` is the last."""
        event = Event.made(self.last + 1, type, self._clock.now(), body)
        self._events.append(event)
        self.is_closed = type == "finished"
        self._wake()
        return event

    def keep(self, seq: int) -> None:
        """A record has the events up to one: they stay, whatever becomes of this process."""
        self.kept = max(self.kept, seq)
        self._wake()

    def since(self, seq: int, most: int | None = None) -> Sequence[Event]:
        """The events after one, as far as they have come; `Absent` where they are no longer in memory."""
        if seq < self._first:
            raise Absent(
                place="the run's memory",
                expected=f"event {seq + 1}",
                found=f"those after {self._first}",
                todo="read the record",
            )
        start = seq - self._first
        return self._events[start : None if most is None else start + most]

    async def read(self, seq: int = 0) -> AsyncIterator[Event]:
        """All events after one, as they come, until the last."""
        while events := await self.next(seq):
            for event in events:
                yield event
                seq = event.seq

    async def next(
        self, seq: int, most: int | None = None, *, patience: float | None = None, only_kept: bool = False
    ) -> Sequence[Event]:
        """The events after one, at most so many, as soon as there is any.

        None where nothing was told in `patience` seconds, and where nothing comes any more. only_kept: those that a
        record has, for readers who may go on with another process after this one was killed.
        """
        try:
            async with asyncio.timeout(patience):
                while seq >= (self.kept if only_kept else self.last) and not (self.is_closed and seq >= self.last):
                    await self._news.wait()
        except TimeoutError:
            return ()
        found = self.since(seq, most)
        return found[: self.kept - seq] if only_kept else found

    def leave(self) -> None:
        """Tell whoever waits that nothing more comes from here."""
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def forget(self, seq: int) -> None:
        """Let go of the events up to one, which a record has."""
        gone = max(min(seq, self.last) - self._first, 0)
        del self._events[:gone]
        self._first += gone
