"""Libraries that block, asked from where nothing may: each call in a thread, within a deadline and at a pace."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Generic, TypeVar

from aiolimiter import AsyncLimiter

from scanwright.data.ports import Costs
from scanwright.data.providers._translated import Table, made, translated
from scanwright.model.errors import Unavailable

T = TypeVar("T")
TOGETHER = 0.1  # seconds' worth of requests that may go at once


class Threads:
    """A library's calls, never faster than `costs` allows: a question may take many pages, and each waits for its turn.

    A call that takes longer than `seconds` is given up, as one is that nobody waits for any more. Its thread ends when
    the library's own timeout does, and is waited for by nobody, not even at the end of the program.
    """

    def __init__(self, provider: str, costs: Costs, errors: Callable[[], Table], *, seconds: float) -> None:
        """No thread is started before the first call."""
        self._provider, self._errors, self._seconds = provider, errors, seconds
        rate = costs.requests / costs.seconds
        together = max(1.0, rate * TOGETHER)
        self._pace = AsyncLimiter(together, together / rate)

    async def run(self, call: Callable[[], T], *, asked: str) -> T:
        """What a call gives; what it raises leaves as ours."""
        await self._pace.acquire()
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        threading.Thread(target=self._work, args=(call, asked, future), name=self._provider, daemon=True).start()
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            told = f"none within {self._seconds:g} seconds"
            raise made(Unavailable, provider=self._provider, asked=asked, expected="an answer", found=told) from error

    def _work(self, call: Callable[[], T], asked: str, future: Future[T]) -> None:
        with _Told(future), translated(self._errors(), provider=self._provider, asked=asked):
            future.set_result(call())


class _Told:
    """The end of a thread: what was raised goes to who waits for it."""

    def __init__(self, future: Future[T]) -> None:
        self._tell = future.set_exception

    def __enter__(self) -> None:
        """Nothing is told yet."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._tell(error)
        return True


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
