"""`scanwright values`: the number behind a decision, bar by bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import ADJUST, AS_OF, FORMAT, INTERVAL, LIMIT, MARKET, OUT, WHAT
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 30


def values(
    what: str,
    symbol: str,
    market: Path | None = None,
    interval: str | None = None,
    as_of: str | None = None,
    adjust: str | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """An expression's value on every bar of a symbol."""
    from scanwright.app.cli.console import Sink, say, warn
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import values_document, values_rows
    from scanwright.app.question import Options, asked, condition, date_or_time
    from scanwright.app.wiring import catalogue
    from scanwright.scan.values import values as values_of

    sink = Sink.choose(format, out)
    wanted = asked(what, Options(interval=interval, adjust=adjust))
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    panel = place.panel(wanted.interval, moment, wanted.adjust)
    found = values_of(condition(wanted, panel), panel, catalogue(), symbol, session=wanted.session)
    worth = place.worth(wanted, panel, moment)
    whole = values_rows(found)
    rows = whole.latest(SHOWN if limit is None and sink.is_table else limit)
    if whole.rows or not sink.is_table:
        sink.write(rows, lambda: values_document(found, rows, worth))
    if len(rows.rows) < len(whole.rows):
        say(f"the latest {len(rows.rows):,} of {len(whole.rows):,} bars are shown; --limit 0 shows all")
    if not whole.rows:
        say(f"{symbol} has no bar")
    elif all(value is None for value in found.values):
        say(f"no value is known: the warm-up is {found.warmup:,} bars, {symbol} has {len(found.values):,}")
    say(worth.sentence())
    warn(place.notes(wanted.interval, panel, moment))


COMMAND = Command(
    name="values",
    summary="an expression's value on every bar of a symbol",
    run=values,
    words=(
        WHAT,
        Word(name="symbol", metavar="S", help="the symbol", needed=True),
        MARKET,
        INTERVAL,
        AS_OF,
        ADJUST,
        LIMIT,
        FORMAT,
        OUT,
    ),
)
