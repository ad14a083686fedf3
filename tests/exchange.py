"""A real exchange over a real socket, in a thread of its own, for tests that ask it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
import queue
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from scanwright.app.settings import WallClock
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.serving import Server
from scanwright.data.simulated import simulate
from scanwright.store.market import Market, create


class Turnstile:
    """Stands before an exchange, and lets through as many requests for bars as it was told to; the others wait."""

    def __init__(self, inner):
        self.counts, self.is_out = inner.counts, inner.is_out
        self._inner, self._left, self._waiting, self._loop = inner, math.inf, deque(), None

    async def __call__(self, scope, receive, send):
        self._loop = asyncio.get_running_loop()
        if scope.get("path") != "/v1/bars":
            pass
        elif self._left >= 1:
            self._left -= 1
        else:
            self._waiting.append(asyncio.Event())
            await self._waiting[-1].wait()
        await self._inner(scope, receive, send)

    def let(self, count: float) -> None:
        """Let so many pass from now on."""
        if self._loop is None:
            self._left = count
        else:
            self._loop.call_soon_threadsafe(self._open, count)

    def _open(self, count: float) -> None:
        self._left = count
        while self._waiting and self._left >= 1:
            self._waiting.popleft().set()
            self._left -= 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Running:
    url: str
    server: Server
    turnstile: Turnstile

    @property
    def counts(self) -> Mapping[str, int]:
        return self.server.counts

    @property
    def requests(self) -> int:
        return self.counts["requests"]

    def go_to(self, moment: int) -> None:
        """Set the exchange's clock."""
        self.server.timeline.set(moment)

    def let(self, count: float = math.inf) -> None:
        """Let so many requests for bars through, all without a number; further ones wait at the exchange."""
        self.turnstile.let(count)


@contextlib.contextmanager
def running(market: Market, *, moment: int | None = None, speed: float = 0.0, **behaviour):
    """An exchange that serves a market; `behaviour` as `Behaviour` has it."""
    server = Server(market, Behaviour(**behaviour), WallClock(), moment=moment, speed=speed)
    turnstile = server.exchange.gate = Turnstile(server.exchange.gate)
    ready: queue.Queue[str] = queue.Queue()
    thread = threading.Thread(target=lambda: server.run(ready.put), daemon=True)
    thread.start()
    try:
        yield Running(url=ready.get(timeout=60), server=server, turnstile=turnstile)
    finally:
        turnstile.let(math.inf)
        server.stop()
        thread.join(timeout=20)


def small_market(folder: Path, *, symbols: int = 20, years: float = 1, seed: int = 7) -> Market:
    """A simulated market on the disk."""
    market = create(folder, name="small")
    simulate(symbols=symbols, years=years, seed=seed).write(market)
    return market
