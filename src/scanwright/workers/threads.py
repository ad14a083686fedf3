"""Threads: as many workers as asked for in this process; the compiled kernels let go of the interpreter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from scanwright.workers._keeper import Keeper
from scanwright.workers._port import Answer, Declared, Job


class Threads:
    """Workers of this process, each with what it keeps; what is handed over is not copied."""

    def __init__(self, address: str, workers: int) -> None:  # noqa: ARG002 - all executors are made alike
        """So many workers, for 0 one for each processor; nobody is to be addressed."""
        self.workers = workers or os.cpu_count() or 1
        self._keepers = [Keeper() for _ in range(self.workers)]
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="worker")

    def gather(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all of them at once, as far as they are for different workers."""
        asked = [self._pool.submit(self._keepers[job.home.number % self.workers].do, job) for job in jobs]
        return [each.result() for each in asked]

    def close(self) -> None:
        """End the threads when they have done what they are at."""
        self._pool.shutdown(cancel_futures=True)
        self._keepers.clear()


EXECUTOR = Declared(name="threads", summary="threads of this process, each with its block of symbols", open=Threads)
