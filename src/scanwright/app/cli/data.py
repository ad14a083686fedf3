"""`scanwright data`: bring bars into a market, say what it holds, and look for what is wrong with it."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanwright.app.cli.options import FormatName, IntervalName, Limit, MarketFolder, Out, Symbols

if TYPE_CHECKING:
    from scanwright.store.report import ImportReport

data = typer.Typer(help="Bars: import them, see what is there, check them.", no_args_is_help=True)
SHOWN = 50


class Stamp(enum.StrEnum):
    """What an intraday stamp is of its bar."""

    START = "start"
    END = "end"


class CalendarName(enum.StrEnum):
    """When the exchange is open."""

    US_STOCKS = "us_stocks"
    ALWAYS_OPEN = "always_open"


@data.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Parquet or CSV files, or folders of them.")],
    market: MarketFolder = None,
    interval: IntervalName = None,
    ts: Annotated[Stamp, typer.Option("--ts", help="Whether intraday stamps are a bar's start or end.")] = Stamp.START,
    zone: Annotated[str, typer.Option(metavar="ZONE", help="The zone of times that name none.")] = "UTC",
    calendar: Annotated[
        CalendarName | None, typer.Option(help="Of a market that is not there yet: us_stocks unless said.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Of a market that is not there yet: else the folder's.")] = None,
) -> None:
    """Import bars, a symbol table or splits; a market that is not there yet is made."""
    from scanwright.app.cli.console import progress
    from scanwright.app.importing import Arrival, importing
    from scanwright.app.settings import Settings

    folder = market or Settings.read().market
    arrival = Arrival(folder=folder, name=name, calendar=None if calendar is None else calendar.value)
    for path in paths:
        with progress(f"importing {path.name}") as told:
            report = importing(arrival, path, interval=interval, stamps=ts.value, zone=zone, progress=told)
        _reported(report, folder)


def _reported(report: ImportReport, folder: Path) -> None:
    from scanwright.app.cli.console import say, warn
    from scanwright.app.words import import_sentence

    typer.echo(import_sentence(report, folder))
    for each in report.said:
        say(f"understood: {each}")
    warn(report.warnings)


@data.command()
def status(market: MarketFolder = None, format: FormatName = None, out: Out = None) -> None:
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


@data.command()
def check(
    market: MarketFolder = None,
    symbols: Symbols = None,
    interval: IntervalName = None,
    limit: Limit = None,
    format: FormatName = None,
    out: Out = None,
) -> None:
    """Look for spikes, unknown splits, repeats and gaps."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import finding_rows
    from scanwright.app.words import check_sentence
    from scanwright.data.quality import check as findings
    from scanwright.model.interval import Interval
    from scanwright.scan.judge import columns_of

    sink = Sink.choose(format, out)
    panel = opened(market).panel(Interval.read(interval or "1d"))
    if symbols:
        panel = panel.columns(columns_of(panel, [each.strip() for each in symbols.split(",") if each.strip()]))
    found = findings(panel)
    rows = finding_rows(found, panel.interval).first(SHOWN if limit is None and sink.is_table else limit)
    if found or not sink.is_table:
        sink.write(rows)
    say(check_sentence(found, panel))
    if len(rows.rows) < len(found):
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")
