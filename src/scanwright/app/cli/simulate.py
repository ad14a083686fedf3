"""`scanwright simulate`: a market on disk, served as an exchange that behaves as badly as one likes."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from typing import Any

from scanwright.app.cli.options import MARKET
from scanwright.app.cli.words import Command, Word, port_number, whole_number


def simulate(
    market: Path | None = None,
    port: int = 0,
    host: str = "127.0.0.1",
    begin: str | None = None,
    speed: float = 0.0,
    key: str = "",
    **behaving: Any,  # noqa: ANN401 - the fields of `Behaviour`, each with its type
) -> None:
    """Serve until Ctrl-C or a termination; the address stands on standard output when it is ready."""
    from scanwright.app.cli.console import put, say
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock
    from scanwright.data.exchange.behaviour import Behaviour
    from scanwright.data.exchange.serving import Server
    from scanwright.store.market import Market

    behaviour = Behaviour(keys=(key,) if key else (), **behaving)
    moment = None if begin is None else _moment(begin)
    served: list[str] = []

    def leave(number: int, frame: object) -> None:
        """The server ends by itself once it serves; before, whoever interrupts means the whole command."""
        del number, frame
        if not served:
            raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, leave)
    folder = market or Settings.read().market
    server = Server(Market.open(folder), behaviour, clock(), moment=moment, speed=speed)
    server.run(lambda url: put(served.append(url) or url), host=host, port=port)
    say(f"served {server.counts['requests']:,} requests")


def _moment(text: str) -> int:
    """A date or a time in UTC, in seconds since 1970.

    >>> _moment("2015-01-02T14:30:00Z") - _moment("2015-01-02")
    52200
    """
    import numpy as np

    from scanwright.model.errors import SettingsError

    try:
        return int(np.datetime64(text.removesuffix("Z"), "s").astype(np.int64))
    except ValueError:
        todo = "write 2015-01-02, or 2015-01-02T14:30:00Z"
        raise SettingsError(expected="a date or time in --from", found=repr(text), todo=todo) from None


def _share(text: str) -> float:
    return _bounded(text, 1.0, "a share from 0 to 1")


def _amount(text: str) -> float:
    return _bounded(text, 1e9, "a number of 0 or more")


def _bounded(text: str, most: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise argparse.ArgumentTypeError(f"expected {what}, found {text!r}")
    return number


def _number(name: str, metavar: str, help: str) -> Word:
    return Word(name=name, metavar=metavar, help=help, read=_amount)


def _rate(name: str, help: str) -> Word:
    return Word(name=name, metavar="SHARE", help=help, read=_share)


COMMAND = Command(
    name="simulate",
    summary="serve a market as an exchange, over HTTP and WebSocket",
    run=simulate,
    words=(
        MARKET,
        Word(name="port", metavar="P", help="where it listens; 0 takes a free one", read=port_number),
        Word(name="host", metavar="H", help="the address to listen at; else 127.0.0.1"),
        _number("rate", "R", "requests a second that it allows; 0 for any"),
        _number("latency_ms", "MS", "milliseconds before an answer, in the median"),
        _number("latency_spread", "X", "the deviation of its logarithm; else 0.15"),
        _rate("error_rate", "requests that fail"),
        _rate("busy_rate", "requests that are told to wait, though the limit is kept"),
        _rate("truncate_rate", "answers that are cut short"),
        _number("outage_at", "S", "seconds after the start when nothing is answered any more"),
        _number("outage_for", "S", "for so many seconds"),
        _rate("late_rate", "bars that come a day late"),
        _rate("correct_rate", "bars that come wrong, and are right a day later"),
        _rate("lose_rate", "messages of the feed that do not arrive the first time"),
        Word(name="most_symbols", metavar="N", help="symbols in one request; else 1", read=whole_number),
        Word(name="page_rows", metavar="N", help="rows in one page; else 50000", read=whole_number),
        _number("speed", "X", "seconds that pass there in one of ours; 0: its time stands"),
        Word(name="begin", option="--from", metavar="DATE", help="where its time begins; else after all bars"),
        Word(name="key", metavar="K", help="the only key that it lets in"),
        Word(name="seed", metavar="N", help="of everything that happens by chance", read=whole_number),
    ),
)
