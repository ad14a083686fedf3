"""`scanwright runs with`: which runs had a symbol among their hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path


def runs_with(
    symbol: str,
    market: Path | None = None,
    last: str = "30d",
    limit: int | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """The runs of the last days that had a symbol, the newest first."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.runs_opened import opened
    from scanwright.app.rows import of_objects
    from scanwright.app.runs import days_of, stamp
    from scanwright.app.wiring import clock

    sink = Sink.choose(format, out)
    since = clock().now() - days_of(last)
    with opened(market, settings) as (_, records):
        found = records.having(symbol.strip().upper(), since)
    rows = of_objects(
        ("run", "started", "ts", "where"),
        (
            {"run": run.id, "started": stamp(run.started), "ts": ts, "where": str(run.definition["where"]).strip()}
            for run, ts in found
        ),
    ).first(limit)
    if rows.rows or not sink.is_table:
        sink.write(rows)
    say(f"{symbol.strip().upper()} was a hit of {len(found):,} run{'s' if len(found) != 1 else ''} of the last {last}")


COMMAND = Command(
    name="runs with",
    summary="which runs had a symbol among their hits",
    run=runs_with,
    words=(
        Word(name="symbol", option="", metavar="SYMBOL", help="whom to look for", needed=True),
        MARKET,
        Word(name="last", metavar="30d", help="how far back: 30d, 4w, 1y; else 30d"),
        LIMIT,
        SETTINGS,
        FORMAT,
        OUT,
    ),
)
