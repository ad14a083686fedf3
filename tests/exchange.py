"""A real exchange over a real socket, in a thread of its own, for tests that ask it."""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import threading
from collections.abc import Mapping
from pathlib import Path

from scanwright.app.settings import WallClock
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.serving import Server
from scanwright.data.simulated import simulate
from scanwright.store.market import Market, create


@dataclasses.dataclass(frozen=True, kw_only=True)
class Running:
    url: str
    server: Server

    @property
    def counts(self) -> Mapping[str, int]:
        return self.server.counts

    @property
    def requests(self) -> int:
        return self.counts["requests"]

    def go_to(self, moment: int) -> None:
        """Set the exchange's clock."""
        self.server.timeline.set(moment)


@contextlib.contextmanager
def running(market: Market, *, moment: int | None = None, speed: float = 0.0, **behaviour):
    """An exchange that serves a market; `behaviour` as `Behaviour` has it."""
    server = Server(market, Behaviour(**behaviour), WallClock(), moment=moment, speed=speed)
    ready: queue.Queue[str] = queue.Queue()
    thread = threading.Thread(target=lambda: server.run(ready.put), daemon=True)
    thread.start()
    try:
        yield Running(url=ready.get(timeout=20), server=server)
    finally:
        server.stop()
        thread.join(timeout=20)


def small_market(folder: Path, *, symbols: int = 20, years: float = 1, seed: int = 7) -> Market:
    """A simulated market on the disk."""
    market = create(folder, name="small")
    simulate(symbols=symbols, years=years, seed=seed).write(market)
    return market
