"""`scanwright runs continue`: a run that was interrupted goes on from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS
from scanwright.app.cli.runs_words import ID
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path


def runs_continue(
    id: str,
    market: Path | None = None,
    provider: str | None = None,
    url: str | None = None,
    limit: int | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Look at those whom an interrupted run had not reached, and end it as if nothing had been."""
    import dataclasses

    from scanwright.app.cli.console import Sink
    from scanwright.app.cli.runs_opened import opened
    from scanwright.app.cli.scan_run import Kept, continued
    from scanwright.app.market import Market
    from scanwright.app.running import Ask
    from scanwright.app.runs import continuable, found
    from scanwright.app.settings import Settings
    from scanwright.scan.run.recorder import restored

    sink = Sink.choose(format, out)
    known = Settings.read(file=settings)
    with opened(market, settings) as (stored, records):
        run = continuable(found(records, stored.folder, id))
        ask = Ask.of(run)
        ask = dataclasses.replace(ask, providers=ask.providers if provider is None else provider, url=url or ask.url)
        kept = Kept(record=run, records=records, before=restored(run, records))
        continued(Market(stored, threads=known.threads), ask, known, sink, limit, kept)


COMMAND = Command(
    name="runs continue",
    summary="an interrupted run goes on from its record",
    run=runs_continue,
    words=(
        ID,
        MARKET,
        Word(name="provider", metavar="P[,Q]", help="ask these instead of whom it has asked"),
        Word(name="url", metavar="ADDRESS", help="where the provider is now"),
        LIMIT,
        SETTINGS,
        FORMAT,
        OUT,
    ),
)
