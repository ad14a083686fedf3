"""What the service needs of whoever keeps its runs: this process alone, or several that share them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from scanwright.app.http.limits import Place
from scanwright.app.running import Ask
from scanwright.model.run import Event, RunRecord


class Told(Protocol):
    """What a run tells, from any of its events on; a reader is a place in it, never a queue of its own."""

    def read(self, after: int, pulse: float) -> AsyncGenerator[Sequence[Event]]:
        """The events after one in batches, as they come, until no more come.

        An empty batch says that nothing was told in `pulse` seconds.
        """
        ...


class Shelf(Protocol):
    """The runs that go on, and those that are over."""

    async def open(self) -> None:
        """Get ready, before anybody asks."""
        ...

    async def close(self) -> None:
        """Interrupt what goes on here, so that it can be continued; readers are told that nothing more comes."""
        ...

    def sharing(self) -> str:
        """Whether other processes know these runs: `alone`, `shared`, or `lost` while they are found in the record."""
        ...

    async def start(self, ask: Ask, place: Place) -> RunRecord:
        """Begin a run, which keeps its place until it is over; its record, before anything has happened."""
        ...

    async def go_on(self, run: RunRecord, ask: Ask, place: Place) -> RunRecord:
        """Continue a run that was interrupted, which was asked `ask`; `Conflict` for one that was not."""
        ...

    async def get(self, run: str) -> RunRecord | None:
        """A run as it stands, or nothing."""
        ...

    async def latest(self, most: int, *, status: str = "") -> Sequence[RunRecord]:
        """The latest runs as they stand, the newest first."""
        ...

    async def told(self, run: str) -> Told | None:
        """What a run tells, nothing where there is no such run."""
        ...

    async def cancel(self, run: str) -> bool:
        """End a run that goes on, with a receipt; whether there was one."""
        ...
