"""`scanwright runs export`: everything that a run has told, or its hits, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, MARKET, OUT, SETTINGS
from scanwright.app.cli.runs_words import ID
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path


def runs_export(
    id: str,
    market: Path | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """The events of a run as lines of JSON, its record with its events as JSON, or its hits."""
    from scanwright.app.cli.console import Sink
    from scanwright.app.cli.runs_opened import opened
    from scanwright.app.rows import Format
    from scanwright.app.runs import found, hit_rows, lines, objects, run_document, told

    plain = "jsonl" if format is None and out is None else format
    sink = Sink.choose(plain, out)
    with opened(market, settings) as (stored, records):
        run = found(records, stored.folder, id)
        events = told(records, run)
    hits = hit_rows(run, events)
    if sink.format is Format.JSONL:
        sink.write_text(lines(events))
    else:
        sink.write(hits, lambda: run_document(run) | {"results": hits.objects(), "events": objects(events)})


COMMAND = Command(
    name="runs export",
    summary="everything that a run has told, or its hits",
    run=runs_export,
    words=(ID, MARKET, SETTINGS, FORMAT, OUT),
)
