"""`scanwright library`: the ready scans, each with its sentence, or one of them as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, OUT
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path


def library(
    name: str | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """The ready scans."""
    from scanwright.app.cli.console import Sink
    from scanwright.app.question import ready_text
    from scanwright.app.rows import Rows
    from scanwright.scan.library import names, ready

    sink = Sink.choose(format, out)
    if name is not None:
        sink.write_text(ready_text(name))
        return
    scans = [ready(each) for each in names()]
    columns = ("name", "interval", "sentence") if sink.is_table else ("name", "interval", "sentence", "where", "rank")
    facts = [(each.name, str(each.interval), each.title, each.where.strip(), each.rank) for each in scans]
    sink.write(Rows(names=columns, rows=[each[: len(columns)] for each in facts]))


COMMAND = Command(
    name="library",
    summary="the ready scans, each with its sentence; or the file of one",
    run=library,
    words=(Word(name="name", option="", metavar="NAME", help="show this scan's file"), FORMAT, OUT),
)
