"""A template: copy this file to NAME.py, and there is an executor of that name; there is no list to add it to.

Say who does the work in `summary`. Three things make an executor: it makes what is kept at a job's home by its factory
where it is not there, gives jobs of one home to one worker after the other, and does a job again when its worker was
lost. Exceptions of a foreign library stop here: `WorkersLost` says that nobody is left to do the work.
"""

from __future__ import annotations

from collections.abc import Sequence

from scanwright.workers._keeper import Keeper
from scanwright.workers._port import Answer, Declared, Job


class Template:
    """One worker of this process, in the place of those elsewhere."""

    def __init__(self, address: str, workers: int) -> None:
        """Find the workers; a library is imported here, where it is needed."""
        self.address = address
        self.workers = workers or 1
        self._keepers = [Keeper() for _ in range(self.workers)]

    def gather(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all of them; the answers stand in the order of the jobs."""
        return [self._keepers[job.home.number % self.workers].do(job) for job in jobs]

    def close(self) -> None:
        """Let the workers go."""
        self._keepers.clear()


EXECUTOR = Declared(name="_template", summary="a worker in the place of those elsewhere", open=Template)
