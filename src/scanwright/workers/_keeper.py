"""What one worker keeps between jobs: the last few homes, each made by its factory when it is first asked for."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Mapping

from scanwright.workers._port import Answer, Job, Plain

MOST = 8


class Keeper:
    """One worker: it does one job at a time.

    >>> from scanwright.workers import Home
    >>> keeper = Keeper()
    >>> home = Home(key="count", number=0, factory="collections:Counter", arguments={"a": 2})
    >>> keeper.do(Job(home=home, method="total", arguments={}))
    2
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[tuple[str, str], object] = {}
        self._one = threading.Lock()

    def ready(self) -> bool:
        """That it is there."""
        return True

    def do(self, job: Job) -> Answer:
        """Do a job."""
        return self.call(job.home.key, job.home.factory, job.home.arguments, job.method, job.arguments)

    def call(
        self, key: str, factory: str, made: Mapping[str, Plain], method: str, arguments: Mapping[str, Plain]
    ) -> Answer:
        """The same from plain values, as they arrive in another process."""
        with self._one:
            kept = self._kept.pop((key, factory), None)
            if kept is None:
                kept = _made(factory, made)
            self._kept[key, factory] = kept
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            return getattr(kept, method)(**arguments)


def _made(factory: str, arguments: Mapping[str, Plain]) -> object:
    module, _, function = factory.partition(":")
    return getattr(importlib.import_module(module), function)(**arguments)
