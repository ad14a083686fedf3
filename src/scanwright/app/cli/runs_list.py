"""`scanwright runs list`: the latest runs of a market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path

SHOWN, MOST = 20, 1_000_000


def runs_list(
    market: Path | None = None,
    status: str = "",
    limit: int | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """The latest runs, the newest first."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.runs_opened import opened
    from scanwright.app.records import as_it_is
    from scanwright.app.runs import run_rows

    sink = Sink.choose(format, out)
    most = (SHOWN if limit is None else limit) or MOST
    with opened(market, settings) as (stored, records):
        found = [as_it_is(stored.folder, each, records) for each in records.runs(MOST if status else most)]
    found = [each for each in found if not status or each.status == status][:most]
    sink.write(run_rows(found))
    if not found:
        say("no runs on record")


COMMAND = Command(
    name="runs list",
    summary="the latest runs of a market",
    run=runs_list,
    words=(
        MARKET,
        Word(name="status", help="only these", choices=("running", "finished", "interrupted")),
        LIMIT,
        SETTINGS,
        FORMAT,
        OUT,
    ),
)
