"""`scanwright data providers`: who can be asked for data, what each has and what asking costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, OUT, SETTINGS
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path


def shown(settings: Path | None = None, format: str | None = None, out: Path | None = None) -> None:
    """Every provider under the settings that hold; nobody is asked for it."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.offered import NAMES, PLAIN, offered, offered_lines, offered_rows
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock

    sink = Sink.choose(format, out)
    found = offered(Settings.read(file=settings), clock())
    sink.write(offered_rows(found, PLAIN if sink.is_table else NAMES))
    for each in offered_lines(found):
        say(each)


COMMAND = Command(
    name="data providers",
    summary="who can be asked for data, what each has, what it costs and what it needs",
    run=shown,
    words=(SETTINGS, FORMAT, OUT),
)
