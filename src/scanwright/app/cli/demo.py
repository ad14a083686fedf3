"""`scanwright demo`: a simulated market, a first scan, and what to try next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SCAN = "pullback_rsi2"
FOLDER = Path("demo-market")


def demo(
    market: Annotated[
        Path, typer.Option("--market", metavar="DIR", help="Where the simulated market is kept.")
    ] = FOLDER,
) -> None:
    """Make a simulated market and scan it."""
    from scanwright.app.cli.console import progress, say, warn
    from scanwright.app.demo import SYMBOLS, YEARS, written
    from scanwright.app.documents import found_rows
    from scanwright.app.market import open as open_market
    from scanwright.app.wiring import catalogue
    from scanwright.model.interval import Interval
    from scanwright.scan.library import ready
    from scanwright.scan.now import now

    with progress("simulating") as told:
        place = written(market, progress=told)
    opened = open_market(place)
    say(f"a simulated market of {SYMBOLS:,} symbols over {YEARS} years is in {place}\n")
    scan = ready(SCAN)
    say(f"{scan.name}: {scan.title}\n{_indented(scan.where)}\n")
    found = now(scan, opened.panel(Interval.DAY), catalogue(), threads=opened.threads)
    typer.echo(found_rows(found).first(10).table())
    if len(found.hits) > 10:
        typer.echo(f"... and {len(found.hits) - 10:,} more\n")
    typer.echo(found.receipt.sentence())
    warn(found.receipt.warnings)
    typer.echo(_next(place, found.hits[0].symbol if found.hits else "SPY"))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _next(place: Path, symbol: str) -> str:
    commands = (
        f"scanwright history {SCAN} --market {place}",
        f"scanwright scan {SCAN} --why {symbol} --market {place}",
        f'scanwright scan "close > sma(200) and rsi(14) < 40" --column "rsi=rsi(14)" --market {place}',
    )
    return "\n".join(("", "Try next:", *(f"  {each}" for each in commands)))
