"""Libraries that block, asked from where nothing may: each call in a thread, within a deadline and at a pace."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from aiolimiter import AsyncLimiter

from scanwright.data.ports import Costs
from scanwright.data.providers._translated import Table, made, translated
from scanwright.model.errors import Unavailable

T = TypeVar("T")
SPARE = 4  # threads for calls that were given up and have not noticed yet
TOGETHER = 0.1  # seconds' worth of requests that may go at once


class Threads:
    """A library's calls: at most `costs.at_once` of them together, never faster than `costs` allows.

    A call that takes longer than `seconds` is given up, as one is that nobody waits for any more; its thread ends when
    the library's own timeout for a connection does. The pace is kept here as well as before the provider, because one
    question may take many pages.
    """

    def __init__(self, provider: str, costs: Costs, errors: Callable[[], Table], *, seconds: float) -> None:
        """No thread is started before the first call."""
        self._provider, self._errors, self._seconds = provider, errors, seconds
        self._pool = ThreadPoolExecutor(max_workers=costs.at_once + SPARE, thread_name_prefix=provider)
        rate = costs.requests / costs.seconds
        together = max(1.0, rate * TOGETHER)
        self._pace = AsyncLimiter(together, together / rate)

    async def run(self, call: Callable[[], T], *, asked: str) -> T:
        """What a call gives; what it raises leaves as ours."""

        def calling() -> T:
            with translated(self._errors(), provider=self._provider, asked=asked):
                return call()

        await self._pace.acquire()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                return await loop.run_in_executor(self._pool, calling)
        except TimeoutError as error:
            told = f"none within {self._seconds:g} seconds"
            raise made(Unavailable, provider=self._provider, asked=asked, expected="an answer", found=told) from error

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Once(Generic[T]):
    """Something that is made when it is first needed, by whichever thread needs it first.

    >>> made = Once(lambda: object())
    >>> made() is made()
    True
    """

    def __init__(self, make: Callable[[], T]) -> None:
        """Nothing is made yet."""
        self._make, self._lock = make, threading.Lock()
        self.made: T | None = None

    def __call__(self) -> T:
        """The thing."""
        with self._lock:
            if self.made is None:
                self.made = self._make()
            return self.made
