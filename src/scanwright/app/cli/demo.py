"""`scanwright demo`: a simulated market, a first scan, and what to try next."""

from __future__ import annotations

from pathlib import Path

from scanwright.app.cli.words import Command, Word

SCAN = "pullback_rsi2"
FOLDER = Path("demo-market")
CHAINS = 12


def demo(market: Path = FOLDER) -> None:
    """Make a simulated market and scan it."""
    from scanwright.app.cli.console import progress, put, say, warn
    from scanwright.app.demo import SYMBOLS, YEARS, written
    from scanwright.app.documents import found_rows
    from scanwright.app.market import open as open_market
    from scanwright.app.wiring import catalogue
    from scanwright.model.interval import Interval
    from scanwright.scan.library import ready
    from scanwright.scan.now import now

    with progress("simulating") as told:
        place = written(market, chains=CHAINS, progress=told)
    opened = open_market(place)
    say(f"a simulated market of {SYMBOLS:,} symbols over {YEARS} years is in {place}\n")
    scan = ready(SCAN)
    say(f"{scan.name}: {scan.title}\n{_indented(scan.where)}\n")
    found = now(scan, opened.panel(Interval.DAY), catalogue(), threads=opened.threads)
    put(found_rows(found).first(10).table())
    if len(found.hits) > 10:
        put(f"... and {len(found.hits) - 10:,} more\n")
    put(found.receipt.sentence())
    warn(found.receipt.warnings)
    put(_next(place, found.hits[0].symbol if found.hits else "SPY"))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _next(place: Path, symbol: str) -> str:
    commands = (
        f"scanwright history {SCAN} --market {place}",
        f"scanwright scan {SCAN} --why {symbol} --market {place}",
        f"scanwright data chains --underlying SPY --market {place}",
        f'scanwright scan "close > sma(200) and rsi(14) < 40" --column "rsi=rsi(14)" --market {place}',
    )
    page = f"And the page, in a browser: scanwright serve --market {place}"
    return "\n".join(("", "Try next:", *(f"  {each}" for each in commands), "", page))


COMMAND = Command(
    name="demo",
    summary="a simulated market, a first scan, and what to try next",
    run=demo,
    words=(Word(name="market", metavar="DIR", help=f"where the market is kept; else ./{FOLDER}", read=Path),),
)
