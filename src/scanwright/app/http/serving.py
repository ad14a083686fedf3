"""The service on a port: it says where it is when it is ready, and interrupts what goes on when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
from collections.abc import Callable, Generator, Sequence

import uvicorn

from scanwright.app.http.building import application
from scanwright.app.http.limits import Limiter
from scanwright.app.http.metrics import Metrics
from scanwright.app.http.ports import Shelf
from scanwright.app.http.security import Rules, closed
from scanwright.app.http.service import Service
from scanwright.app.http.shelf import Here
from scanwright.app.http.states import States
from scanwright.app.keys import Keys
from scanwright.app.market import Market
from scanwright.app.records import opened
from scanwright.app.saved import SavedScans
from scanwright.app.settings import Settings
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError
from scanwright.store.records.database import Database

KEPT_OPEN = 75  # seconds that a connection without requests is kept
PATIENCE = 5  # seconds that requests have to end when the server does
QUEUE = 2048  # connections that may wait to be let in
UNSENT = 1 << 17  # bytes, which Linux doubles, that the system holds for a reader who does not read


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """Where a service listens, by which further names it is asked for, and whom its runs ask for bars."""

    host: str = "127.0.0.1"
    port: int = 0
    names: Sequence[str] = ()
    providers: str = ""
    url: str = ""


class Server:
    """A market that can be served once."""

    def __init__(
        self, market: Market, settings: Settings, clock: Clock, place: Place, *, say: Callable[[str], None]
    ) -> None:
        """Nothing listens yet. say: told what a person at the server should know."""
        self._market, self._settings, self._clock, self._place, self._say = market, settings, clock, place, say
        self._server: uvicorn.Server | None = None

    def run(self, ready: Callable[[str, bool], None]) -> None:
        """Serve until a signal, or `stop`; `ready` is told the address, and whether a key is asked for there."""
        place, clock = self._place, self._clock
        with opened(self._market.folder, self._settings, clock) as records:
            keys = Keys(records.keys, clock)
            closed(place.host, keys)
            with listening(place.host, place.port) as found:
                shelf, limiter = self._shelf(records)
                address = f"http://{_shown(place.host)}:{found.getsockname()[1]}"
                settings = _configured(self._service(records, keys, shelf, limiter), place)
                self._server = _Server(settings, shelf, lambda: ready(address, keys.was_made()))
                asyncio.run(self._server.serve(sockets=[found]))

    def stop(self) -> None:
        """End the serving, from another thread too."""
        if self._server is not None:
            self._server.should_exit = True

    def _shelf(self, records: Database) -> tuple[Shelf, Limiter]:
        """The runs and the limits of this process; shared with others where the settings name a Redis."""
        here = Here(self._market, records, self._settings, self._clock, self._say)
        address = self._settings.streams.reveal()
        if not address:
            return here, Limiter(self._clock)
        from scanwright.app.http.shared import shared

        return shared(here, records, address, self._market.name, self._clock, self._say)

    def _service(self, records: Database, keys: Keys, shelf: Shelf, limiter: Limiter) -> Service:
        return Service(
            market=self._market,
            records=records,
            shelf=shelf,
            keys=keys,
            saved=SavedScans(records.saved),
            limiter=limiter,
            metrics=Metrics(),
            states=States(),
            settings=self._settings,
            clock=self._clock,
            providers=self._place.providers,
            url=self._place.url,
        )


class _Server(uvicorn.Server):
    """Tells when it is ready, and interrupts the runs before it closes the connections of those who read them."""

    def __init__(self, settings: uvicorn.Config, shelf: Shelf, ready: Callable[[], None]) -> None:
        super().__init__(settings)
        self._shelf, self._ready = shelf, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self._shelf.open()
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._shelf.close()
        await super().shutdown(sockets)


def _configured(service: Service, place: Place) -> uvicorn.Config:
    return uvicorn.Config(
        application(service, Rules.of(place.host, place.names)),
        log_level="error",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        backlog=QUEUE,
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=KEPT_OPEN,
        ws_max_size=4096,
        ws_per_message_deflate=False,
    )


@contextlib.contextmanager
def listening(host: str, port: int) -> Generator[socket.socket]:
    """A socket that listens at an address; `SettingsError` where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio sends answers at once and does not wait for the reader's acknowledgement.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT)  # connections take it over
    try:
        found.bind((host.strip("[]"), port))
        found.listen(QUEUE)
    except OSError as error:
        found.close()
        reason = error.strerror or str(error)
        todo = "choose another port, or 0 for a free one"
        raise SettingsError(expected=f"a free port at {host}", found=f"{port}: {reason}", todo=todo) from error
    try:
        yield found
    finally:
        found.close()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
