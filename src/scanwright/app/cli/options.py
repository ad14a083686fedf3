"""The options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanwright.app.rows import Format

What = Annotated[
    str, typer.Argument(metavar="EXPR|NAME|FILE.toml", help="A condition, a ready scan's name, or a scan file.")
]
MarketFolder = Annotated[
    Path | None,
    typer.Option("--market", metavar="DIR", help="The market's folder; else SCANWRIGHT_MARKET, else ./market."),
]
Universe = Annotated[
    str | None, typer.Option(metavar="all|liquid|EXPR", help="Who takes part: a condition judged day by day.")
]
Symbols = Annotated[str | None, typer.Option(metavar="A,B", help="Only these symbols.")]
IntervalName = Annotated[
    str | None, typer.Option("--interval", metavar="1m..1mo", help="Bars of this length; a scan's own is 1d.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="As it was known at a date, or at a time in UTC.")
]
Rank = Annotated[str | None, typer.Option(metavar="EXPR", help="The highest first.")]
Columns = Annotated[list[str] | None, typer.Option("--column", metavar="NAME=EXPR", help="A further column; repeat.")]
Limit = Annotated[int | None, typer.Option(metavar="N", min=0, help="At most so many rows; 0 for all.")]
FormatName = Annotated[
    Format | None, typer.Option("--format", help="How rows are written; else as the name after --out ends, else table.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of to standard output.")]
