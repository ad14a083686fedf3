"""`scanwright library`: the ready scans, each with its sentence, or one of them as a file."""

from __future__ import annotations

from typing import Annotated

import typer

from scanwright.app.cli.options import FormatName, Out


def library(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show this scan's file.")] = None,
    format: FormatName = None,
    out: Out = None,
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
