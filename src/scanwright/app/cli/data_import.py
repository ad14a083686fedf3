"""`scanwright data import`: bring bars, a symbol table or splits into a market."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scanwright.app.cli.options import INTERVAL, MARKET
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from scanwright.store.report import ImportReport


def import_files(
    paths: Sequence[Path],
    market: Path | None = None,
    interval: str | None = None,
    ts: Literal["start", "end"] = "start",
    zone: str = "UTC",
    calendar: Literal["us_stocks", "always_open"] | None = None,
    name: str | None = None,
) -> None:
    """Import bars, a symbol table or splits; a market that is not there yet is made."""
    from scanwright.app.cli.console import progress
    from scanwright.app.importing import Arrival, importing
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock

    folder = market or Settings.read().market
    arrival = Arrival(folder=folder, name=name, calendar=calendar)
    time = clock()
    for path in paths:
        begun = time.monotonic()
        with progress(f"importing {path.name}") as told:
            report = importing(arrival, path, interval=interval, stamps=ts, zone=zone, progress=told)
        _reported(report, folder, time.monotonic() - begun)


def _reported(report: ImportReport, folder: Path, seconds: float) -> None:
    from scanwright.app.cli.console import put, say, warn
    from scanwright.app.sentences import import_sentence

    put(f"{import_sentence(report, folder)}; {seconds:.1f} s")
    for each in report.said:
        say(f"understood: {each}")
    warn(report.warnings)


COMMAND = Command(
    name="data import",
    summary="bring bars, a symbol table or splits into a market",
    run=import_files,
    words=(
        Word(
            name="paths",
            option="",
            metavar="PATH",
            help="Parquet or CSV files, or folders of them",
            read=Path,
            many=True,
            needed=True,
        ),
        MARKET,
        INTERVAL,
        Word(name="ts", help="whether intraday stamps are a bar's start or its end", choices=("start", "end")),
        Word(name="zone", metavar="ZONE", help="of times that name none; else UTC"),
        Word(
            name="calendar",
            help="of a market that is not there yet; else us_stocks",
            choices=("us_stocks", "always_open"),
        ),
        Word(name="name", metavar="NAME", help="of a market that is not there yet; else the folder's"),
    ),
)
