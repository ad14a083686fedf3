"""`scanwright runs show`: what a run found, as far as it came, and its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS
from scanwright.app.cli.runs_words import ID
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 50


def runs_show(
    id: str,
    market: Path | None = None,
    limit: int | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """A run's hits and receipt."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.runs_opened import opened
    from scanwright.app.runs import found, hit_rows, run_document, sentence, told

    sink = Sink.choose(format, out)
    with opened(market, settings) as (stored, records):
        run = found(records, stored.folder, id)
        hits = hit_rows(run, told(records, run))
    rows = hits.first(SHOWN if limit is None and sink.is_table else limit)
    if hits.rows or not sink.is_table:
        sink.write(rows, lambda: run_document(run) | {"results": rows.objects()})
    say(f"run {run.id}: {str(run.definition['where']).strip()}")
    say(sentence(run))
    if run.status == "interrupted":
        say(f"scanwright runs continue {run.id} --market {stored.folder}")
    if len(rows.rows) < len(hits.rows):
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")


COMMAND = Command(
    name="runs show",
    summary="what a run found, and its receipt",
    run=runs_show,
    words=(ID, MARKET, LIMIT, SETTINGS, FORMAT, OUT),
)
