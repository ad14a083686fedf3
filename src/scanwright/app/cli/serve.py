"""`scanwright serve`: runs and questions for other programs, over HTTP."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanwright.app.cli.options import MARKET, SETTINGS, WORKERS
from scanwright.app.cli.words import Command, Word, port_number

if TYPE_CHECKING:
    from pathlib import Path


def serve(
    market: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    allow_host: Sequence[str] = (),
    provider: str = "",
    url: str = "",
    settings: Path | None = None,
    workers: str = "",
) -> None:
    """Serve until Ctrl-C or a termination; the address stands on standard output when it is ready."""
    from scanwright.app.cli.console import put, say
    from scanwright.app.http.serving import Place, Server
    from scanwright.app.importing import Arrival, arrived
    from scanwright.app.market import Market
    from scanwright.app.providers import chosen_of
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock
    from scanwright.app.workers import on_workers
    from scanwright.store.market import Market as Stored

    known = Settings.read(file=settings)
    folder = market or known.market
    if provider:
        stored, _ = arrived(Arrival(folder=folder).kept_by(chosen_of(provider, known, url)[0][0]))
    else:
        stored = Stored.open(folder)
    place = Place(host=host, port=port, names=allow_host, providers=provider, url=url)

    served: list[str] = []

    def leave(number: int, frame: object) -> None:
        """The server ends by itself once it serves; before, whoever interrupts means the whole command."""
        del number, frame
        if not served:
            raise KeyboardInterrupt

    def ready(address: str, is_keyed: bool) -> None:  # noqa: FBT001 - the server hands it over so
        served.append(address)
        put(address)
        how = "to whoever has a key (scanwright keys create NAME)" if is_keyed else "to this machine, without a key"
        say(f"{stored.name} is served {how}; {address}/openapi.json says what can be asked; Ctrl-C ends it")

    with on_workers(Market(stored, threads=known.threads), workers) as shared:
        for each in (signal.SIGINT, signal.SIGTERM):  # Ray has its own where it was loaded
            signal.signal(each, leave)
        Server(shared, known, clock(), place, say=say).run(ready)
    say("ended; runs that went on are interrupted, and can be continued")


COMMAND = Command(
    name="serve",
    summary="serve a market over HTTP: runs that tell their hits, and every question",
    run=serve,
    words=(
        MARKET,
        Word(name="host", metavar="H", help="the address to listen at; else 127.0.0.1. Others need a key first"),
        Word(name="port", metavar="P", help="where it listens, else 8000; 0 takes a free one", read=port_number),
        Word(name="allow_host", metavar="NAME", help="a further name of it; may be repeated", many=True),
        Word(name="provider", metavar="A,B", help="who runs ask for bars; else they look at those at hand"),
        Word(name="url", metavar="URL", help="where the provider is, instead of its settings"),
        SETTINGS,
        WORKERS,
    ),
)
