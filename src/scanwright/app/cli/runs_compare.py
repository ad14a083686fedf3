"""`scanwright runs compare`: the hits of two runs beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, MARKET, OUT, SETTINGS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path


def runs_compare(
    first: str,
    second: str,
    market: Path | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Who is in both, in the first only, in the second only."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.runs_opened import opened
    from scanwright.app.runs import compared, differences, found, told
    from scanwright.scan.run.recorder import hits_of

    sink = Sink.choose(format, out)
    with opened(market, settings) as (stored, records):
        runs = [found(records, stored.folder, each) for each in (first, second)]
        hits = [hits_of(told(records, each)) for each in runs]
    rows = compared(*hits)
    said = differences(*runs)
    document = {"first": runs[0].id, "second": runs[1].id, "same": said, "results": rows.objects()}
    if rows.rows or not sink.is_table:
        sink.write(rows, lambda: document)
    counts = {where: sum(row[1] == where for row in rows.rows) for where in ("both", "first", "second")}
    say(f"{counts['both']:,} in both, {counts['first']:,} in the first only, {counts['second']:,} in the second only")
    say(f"{', '.join(said)}")


def _id(name: str) -> Word:
    return Word(name=name, option="", metavar="ID", help=f"the {name} run's id, or its beginning", needed=True)


COMMAND = Command(
    name="runs compare",
    summary="the hits of two runs beside each other",
    run=runs_compare,
    words=(_id("first"), _id("second"), MARKET, SETTINGS, FORMAT, OUT),
)
