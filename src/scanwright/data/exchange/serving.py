"""The exchange on a port: it says where it is when it is ready, and ends cleanly."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping

import uvicorn

from scanwright.data.exchange.app import Exchange
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.data.exchange.book import Book
from scanwright.data.exchange.timeline import Timeline
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError
from scanwright.store.market import Market

KEPT_OPEN = 75  # seconds that a connection without requests is kept


class Server:
    """An exchange that can be served once.

    moment: what its clock says at first, in seconds since 1970; None is after all bars. speed: its seconds in one of
    ours.
    """

    def __init__(
        self, market: Market, behaviour: Behaviour, clock: Clock, *, moment: int | None = None, speed: float = 0.0
    ) -> None:
        """Read the market."""
        self.book = Book(market, behaviour)
        start = self.book.end() if moment is None else moment
        self.timeline = Timeline(clock, start=start, speed=speed)
        self.exchange = Exchange(self.book, behaviour, self.timeline, clock)
        self._server: uvicorn.Server | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """Requests so far, by what became of them."""
        return self.exchange.gate.counts

    def run(self, ready: Callable[[str], None], *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve until `stop`, or a signal; `ready` is told the address, port 0 taking a free one."""
        listening = _listening(host, port)
        self.book.open()
        settings = uvicorn.Config(
            self.exchange.gate,
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEPT_OPEN,
            ws_per_message_deflate=False,
        )
        bound = listening.getsockname()[1]
        self._server = _Server(settings, lambda: ready(f"http://{host}:{bound}"))
        asyncio.run(self._server.serve(sockets=[listening]))

    def stop(self) -> None:
        """End the serving, from another thread too."""
        if self._server is not None:
            self._server.should_exit = True


class _Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, settings: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(settings)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _listening(host: str, port: int) -> socket.socket:
    # Named as TCP, so that asyncio sends answers at once and does not wait for the reader's acknowledgement.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        reason = error.strerror or str(error)
        todo = "choose another port, or 0 for a free one"
        raise SettingsError(expected=f"a free port at {host}", found=f"{port}: {reason}", todo=todo) from error
    return found
