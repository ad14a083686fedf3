"""A run in Python: its events as they happen, with `for` or with `async for`; what it found when it is over."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import AsyncGenerator, Generator, Sequence

from scanwright.app.market import Market
from scanwright.app.running import Ask
from scanwright.app.settings import Settings, WallClock
from scanwright.app.under_way import on_record, under_way
from scanwright.model.errors import SettingsError
from scanwright.model.run import Event, Reason
from scanwright.scan.now import Hit
from scanwright.scan.receipt import Receipt
from scanwright.scan.run.run import Run

Told = Event | BaseException | None


class Going:
    """A run that begins when it is read, and ends when nobody reads it any more.

    >>> import scanwright as sw
    >>> from scanwright.app.demo import written
    >>> going = sw.Scan(where="close > sma(20)").run(sw.open(written(symbols=10, years=1)))
    >>> kinds = [event.type for event in going]
    >>> kinds[0], kinds[-1], going.reason, going.receipt.universe
    ('started', 'finished', 'complete', 9)
    >>> kinds.count("hit") == len(going.hits)
    True
    """

    def __init__(self, market: Market, ask: Ask, *, recorded: bool = True) -> None:
        """A run of a market, as it is asked; recorded: whether it is listed with the market's runs."""
        self._market, self._ask, self._recorded = market, ask, recorded
        self._run: Run | None = None

    @property
    def hits(self) -> Sequence[Hit]:
        """The hits so far, the highest ranking first."""
        return () if self._run is None else self._run.found.ranked()

    @property
    def receipt(self) -> Receipt | None:
        """What was looked at; nothing before the end."""
        return None if self._run is None else self._run.receipt

    @property
    def reason(self) -> Reason | None:
        """Why it ended; nothing before the end."""
        return None if self._run is None else self._run.reason

    def __aiter__(self) -> AsyncGenerator[Event]:
        """The events as they happen."""
        return self._events()

    def __iter__(self) -> Generator[Event]:
        """The events as they happen; the work is done in a thread of its own."""
        told: queue.SimpleQueue[Told] = queue.SimpleQueue()
        stopped = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._into(told, stopped)), daemon=True)
        thread.start()
        try:
            while (each := told.get()) is not None:
                if isinstance(each, BaseException):
                    raise each
                yield each
        finally:
            stopped.set()
            thread.join()

    async def _into(self, told: queue.SimpleQueue[Told], stopped: threading.Event) -> None:
        try:
            events = self._events()
            async for each in events:
                told.put(each)
                if stopped.is_set():
                    await events.aclose()
                    break
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: who reads raises it
            told.put(error)
        told.put(None)

    async def _events(self) -> AsyncGenerator[Event]:
        if self._run is not None:
            raise SettingsError(expected="a run that is read once", found="one that was read", todo="make another")
        way = on_record if self._recorded else under_way
        async with way(self._market, self._ask, Settings.read(), WallClock(), say=_say) as run:
            self._run = run
            async for event in run.journal.read():
                yield event
        if run.failure is not None:
            raise run.failure


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - what a provider's cache has to say
