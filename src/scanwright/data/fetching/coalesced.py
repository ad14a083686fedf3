"""Equal wants at the same time are one request; who leaves early takes nothing from those who wait."""

from __future__ import annotations

import asyncio

from scanwright.data.fetching.around import Around
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Provider, Want


class Coalesced(Around):
    """A provider that is asked once for what several want at once."""

    def __init__(self, inner: Provider, tally: Tally) -> None:
        """Nothing is open."""
        super().__init__(inner)
        self._tally = tally
        self._open: dict[Want, asyncio.Task[Answer]] = {}
        self._waiting: dict[Want, int] = {}

    async def ask(self, want: Want) -> Answer:
        """The answer of the request that is open, or of a new one; without anybody waiting it is given up."""
        task = self._open.get(want)
        if task is None:
            task = self._open[want] = asyncio.create_task(self.inner.ask(want))
            self._waiting[want] = 0
        else:
            self._tally.shared += 1
        self._waiting[want] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[want] -= 1
            if not self._waiting[want]:
                del self._waiting[want], self._open[want]
                if not task.cancel() and not task.cancelled():
                    task.exception()  # whoever waited may be gone: it is no news then
