"""`scanwright data check`: what is wrong with bars, splits and dividends that only their neighbours can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, INTERVAL, LIMIT, MARKET, OUT, SYMBOLS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 50


def check(
    market: Path | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    repair: bool = False,  # noqa: FBT001, FBT002 - a flag of the command line
) -> None:
    """Look for what is wrong, and put right what is certain where that is asked for."""
    from scanwright.app.checking import checked, repaired
    from scanwright.app.cli.console import Sink, progress, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import finding_rows
    from scanwright.app.question import listed
    from scanwright.app.sentences import check_sentence, repair_sentences
    from scanwright.app.wiring import clock
    from scanwright.app.worth import worth_of
    from scanwright.model.interval import Interval

    sink = Sink.choose(format, out)
    place, bars = opened(market), Interval.read(interval or "1d")
    chosen = None if symbols is None else listed(symbols)
    with progress("checking"):
        found = repaired(place, bars, chosen, clock().now()) if repair else checked(place, bars, chosen)
    whole = finding_rows(found.found, bars, found.done)
    rows = whole.first(SHOWN if limit is None and sink.is_table else limit)
    if whole.rows or not sink.is_table:
        sink.write(rows)
    say(check_sentence(found.found, found.panel))
    say(worth_of(place.stored.series(bars), found.panel, None, clock().now()).sentence())
    if repair:
        for each in repair_sentences(found.done, found.left):
            say(each)
    elif certain := sum(each.repair is not None for each in found.found):
        say(f"{certain:,} can be put right with --repair")
    if len(rows.rows) < len(whole.rows):
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")


COMMAND = Command(
    name="data check",
    summary="look for spikes, unknown splits, wrong units and dividends, repeats and gaps",
    run=check,
    words=(
        MARKET,
        SYMBOLS,
        INTERVAL,
        Word(name="repair", help="put right what is certain; what stood is kept", flag=True),
        LIMIT,
        FORMAT,
        OUT,
    ),
)
