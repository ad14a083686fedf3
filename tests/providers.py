"""A provider without a network, for what stands before one: it counts what it is asked, and fails as it is told."""

from __future__ import annotations

import asyncio
import datetime as dt
import typing
from collections import Counter, deque

import polars as pl

from scanwright.data.ports import Answer, Costs, Offers, PresentWanted, Want
from scanwright.model.clock import SettableClock
from scanwright.model.errors import DataError


class Scripted:
    """Answers any want with a table of one number that rises; `failures` are raised first, one each time.

    It lives in our time. `gate`, where there is one, holds answers back until it is set; `asked` counts.
    """

    name = "scripted"
    offers = Offers(wants=frozenset(typing.get_args(Want)) - {PresentWanted})
    costs = Costs(requests=1000)

    def __init__(self, clock: SettableClock, *failures: DataError):
        self.clock, self.failures = clock, deque(failures)
        self.asked: Counter[Want] = Counter()
        self.gate: asyncio.Event | None = None
        self.closed = False

    @property
    def requests(self) -> int:
        return self.asked.total()

    async def ask(self, want: Want) -> Answer:
        self.asked[want] += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failures:
            raise self.failures.popleft()
        now = self.clock.now()
        table = pl.DataFrame({"asked": [self.requests]})
        return Answer(
            table=table,
            provider=self.name,
            asked_at=now,
            as_of=now,
            delayed=dt.timedelta(minutes=15),
            absent={"ZZZ": "unknown"},
        )

    async def close(self) -> None:
        self.closed = True


def failure(kind, **facts):
    """An error of a provider, with what an error has to say."""
    return kind(
        **{"provider": "scripted", "asked": "quotes", "expected": "an answer", "found": "none", "todo": "", **facts}
    )
