"""`scanwright data status`: what a market holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, MARKET, OUT
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path


def status(market: Path | None = None, format: str | None = None, out: Path | None = None) -> None:
    """What a market holds, by interval."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import status_document, status_rows

    sink = Sink.choose(format, out)
    held = opened(market).stored.status()
    if held.intervals or not sink.is_table:
        sink.write(status_rows(held), lambda: status_document(held))
    else:
        say("no bars are here yet")
    say(f"{held.name}: calendar {held.calendar}, {held.known:,} symbols described, {held.splits:,} splits known")


COMMAND = Command(name="data status", summary="what a market holds", run=status, words=(MARKET, FORMAT, OUT))
