"""`scanwright data status`: what a market holds, from whom, how old and how complete it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, INTERVAL, LIMIT, MARKET, OUT
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright.app.cli.console import Sink
    from scanwright.app.market import Market
    from scanwright.app.rows import Rows

SHOWN = 30


def status(
    market: Path | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    *,
    days: bool = False,
) -> None:
    """What a market holds, by interval and source; or how complete symbols or sessions are."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.settings import Settings
    from scanwright.app.status import PLAIN, status_document, status_lines, status_of, status_rows
    from scanwright.app.wiring import clock

    sink = Sink.choose(format, out)
    place = opened(market)
    if symbols is not None or days:
        _details(place, symbols, interval, limit, sink)
        return
    found = status_of(place, Settings.read(), clock())
    rows = status_rows(found, PLAIN) if sink.is_table else status_rows(found)
    if rows.rows or not sink.is_table:
        sink.write(rows, lambda: status_document(found))
    else:
        say("no bars are here yet")
    for each in status_lines(found):
        say(each)


def _details(place: Market, symbols: str | None, interval: str | None, limit: int | None, sink: Sink) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.question import listed
    from scanwright.app.status import day_rows, presence_of, symbol_rows
    from scanwright.model.errors import SettingsError
    from scanwright.model.interval import Interval
    from scanwright.scan.judge import columns_of

    wanted = Interval.read(interval or "1d")
    found = presence_of(place, wanted)
    if found is None:
        raise SettingsError(expected="an interval of a day or less", found=str(wanted), todo="ask for 1d")
    whole: Rows
    if symbols is None:
        whole = day_rows(found)
        rows = whole.latest(SHOWN if limit is None and sink.is_table else limit)
    else:
        chosen = [] if symbols == "all" else listed(symbols)
        columns_of(place.panel(wanted), chosen)
        whole = symbol_rows(found, chosen)
        rows = whole.first(SHOWN if limit is None and sink.is_table else limit)
    sink.write(rows)
    if len(rows.rows) < len(whole.rows):
        say(f"{len(rows.rows):,} of {len(whole.rows):,} are shown; --limit 0 shows all")


COMMAND = Command(
    name="data status",
    summary="what a market holds, from whom, how old and how complete it is",
    run=status,
    words=(
        MARKET,
        Word(name="symbols", metavar="A,B|all", help="completeness of these symbols, the least complete first"),
        Word(name="days", help="completeness of each session", flag=True),
        INTERVAL,
        LIMIT,
        FORMAT,
        OUT,
    ),
)
