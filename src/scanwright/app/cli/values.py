"""`scanwright values`: the number behind a decision, bar by bar."""

from __future__ import annotations

from typing import Annotated

import typer

from scanwright.app.cli.options import AsOf, FormatName, IntervalName, Limit, MarketFolder, Out

SHOWN = 30


def values(
    what: Annotated[str, typer.Argument(metavar="EXPR|NAME|FILE.toml", help="An expression, or a scan's condition.")],
    symbol: Annotated[str, typer.Option("--symbol", metavar="S", help="The symbol.")],
    market: MarketFolder = None,
    interval: IntervalName = None,
    as_of: AsOf = None,
    limit: Limit = None,
    format: FormatName = None,
    out: Out = None,
) -> None:
    """An expression's value on every bar of a symbol."""
    from scanwright.app.cli.console import Sink, say, warn
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import values_document, values_rows
    from scanwright.app.question import Options, asked, condition, date_or_time
    from scanwright.app.wiring import catalogue
    from scanwright.scan.values import values as values_of

    sink = Sink.choose(format, out)
    wanted = asked(what, Options(interval=interval))
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    panel = place.panel(wanted.interval, moment)
    found = values_of(condition(wanted, panel, catalogue()), panel, catalogue(), symbol, session=wanted.session)
    whole = values_rows(found)
    rows = whole.latest(SHOWN if limit is None and sink.is_table else limit)
    if whole.rows or not sink.is_table:
        sink.write(rows, lambda: values_document(found, rows))
    if len(rows.rows) < len(whole.rows):
        say(f"the latest {len(rows.rows):,} of {len(whole.rows):,} bars are shown; --limit 0 shows all")
    if not whole.rows:
        say(f"{symbol} has no bar")
    elif all(value is None for value in found.values):
        say(f"no value is known: the warm-up is {found.warmup:,} bars, {symbol} has {len(found.values):,}")
    warn(place.notes(wanted.interval, panel, moment))
