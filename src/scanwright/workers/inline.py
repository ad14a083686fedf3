"""Inline: one job after the other, where they were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from scanwright.workers._keeper import Keeper
from scanwright.workers._port import Answer, Declared, Job


class Inline:
    """One worker, who is the one that asks."""

    workers = 1

    def __init__(self, address: str, workers: int) -> None:  # noqa: ARG002 - all executors are made alike
        """Keep nothing yet; there is nobody to address, and never more than one."""
        self._keeper = Keeper()

    def gather(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do them in their order."""
        return [self._keeper.do(job) for job in jobs]

    def close(self) -> None:
        """Forget what was kept."""
        self._keeper = Keeper()


EXECUTOR = Declared(name="inline", summary="one job after the other, in this thread", open=Inline)
