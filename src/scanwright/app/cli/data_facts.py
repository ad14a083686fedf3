"""`scanwright data facts`: the named figures, which a market has, and why it lacks the others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS, SYMBOLS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright.app.facts import Fact
    from scanwright.app.market import Market
    from scanwright.app.rows import Rows
    from scanwright.store.report import ImportReport


def facts(
    symbols: str | None = None,
    names: str | None = None,
    at: str | None = None,
    provider: str = "",
    url: str = "",
    market: Path | None = None,
    settings: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    *,
    compute: bool = False,
    import_: Path | None = None,
    zone: str = "",
) -> None:
    """The named figures of some symbols, or how far the market has each; after making or fetching them, if so asked."""
    from scanwright.app.chain_rows import moment_of
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.facts import chosen, compute_facts
    from scanwright.app.question import listed
    from scanwright.app.wiring import clock
    from scanwright.app.worth import table_worth
    from scanwright.model.errors import SettingsError

    sink = Sink.choose(format, out)
    place = opened(market)
    wanted = chosen(() if names is None else listed(names))
    moment = None if at is None else moment_of(at, place.stored.calendar)
    if zone and import_ is None:
        raise SettingsError(expected="--import FILE beside --zone", found="none", todo="name the file")
    if import_ is not None:
        _imported(place, import_, zone or "UTC")
    if provider:
        _reported(_fetched(place, provider, symbols, url, settings))
    if compute:
        _reported(compute_facts(place))
    if provider or compute or import_ is not None:
        return
    shown = (
        _of(place, listed(symbols), wanted, moment, short=sink.is_table)
        if symbols
        else _coverage(place, wanted, moment)
    )
    sink.write(shown.first(limit))
    say(table_worth(place.stored, "facts", clock().now()))


def _imported(market: Market, path: Path, zone: str) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.facts import import_facts
    from scanwright.store.zones import known_zone

    report, said = import_facts(market, path, known_zone(zone))
    _reported([report])
    for each in said:
        say(f"understood: {each}")


def _fetched(
    market: Market, provider: str, symbols: str | None, url: str, settings: Path | None
) -> Sequence[ImportReport]:
    from scanwright.app.cli.console import say
    from scanwright.app.facts import fetch_facts
    from scanwright.app.question import listed
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock

    wanted = listed(symbols) if symbols else market.symbols
    return fetch_facts(market, provider, wanted, settings=Settings.read(file=settings), clock=clock(), say=say, url=url)


def _of(market: Market, symbols: Sequence[str], names: Sequence[str], at: dt.datetime | None, *, short: bool) -> Rows:
    """A row a figure; `short` is for people, to whom a date is no amount."""
    from scanwright.app.facts import facts as facts_of
    from scanwright.app.rows import Rows
    from scanwright.data.facts.catalogue import FIGURES

    found = facts_of(market, symbols, names, at)
    cells = [
        (
            each.symbol,
            each.name,
            _value(each, short=short),
            FIGURES[each.name].unit,
            each.known or None,
            each.why or None,
        )
        for each in found
    ]
    return Rows(names=("symbol", "name", "value", "unit", "known", "why not"), rows=cells)


def _value(fact: Fact, *, short: bool) -> float | str | None:
    from scanwright.data.facts.catalogue import FIGURES

    is_date = short and fact.value is not None and FIGURES[fact.name].unit.startswith("date")
    return f"{fact.value:.0f}" if is_date else fact.value


def _coverage(market: Market, names: Sequence[str], at: dt.datetime | None) -> Rows:
    from scanwright.app.facts import coverage
    from scanwright.app.rows import Rows

    found = coverage(market, names, at)
    cells = [
        (
            each.name,
            each.figure.unit,
            each.figure.source,
            each.symbols,
            each.first or None,
            each.last or None,
            each.why or each.figure.made,
        )
        for each in found
    ]
    return Rows(names=("name", "unit", "source", "symbols", "first", "last", "how"), rows=cells)


def _reported(reports: Sequence[ImportReport]) -> None:
    from scanwright.app.cli.console import put, say

    for each in reports:
        counts = f"{each.rows_new:,} new, {each.rows_changed:,} changed, {each.rows_same:,} the same"
        put(f"{each.kind} from {each.source}: {counts}")
    if not reports:
        say("there was nothing to make figures of")


COMMAND = Command(
    name="data facts",
    summary="the named figures of symbols: value, since when it is known, or why there is none",
    run=facts,
    words=(
        SYMBOLS,
        Word(name="names", metavar="N,M", help="only these figures"),
        Word(name="at", metavar="TIME", help="as it was known at a date's end, or at a time in UTC"),
        Word(
            name="import_",
            option="--import",
            metavar="FILE",
            help="bring facts that change in: symbol, known (a date counts from its end on) and a column a fact; "
            "numbers are figures, words categories; CSV or Parquet",
            read=Path,
        ),
        Word(name="zone", metavar="ZONE", help="with --import: of times that name none; else UTC"),
        Word(name="compute", help="make the figures that reports and chains of the market give", flag=True),
        Word(name="provider", metavar="P[,Q]", help="ask providers for figures and quotes of --symbols, else of all"),
        Word(name="url", metavar="ADDRESS", help="where the provider is, instead of its settings"),
        MARKET,
        SETTINGS,
        LIMIT,
        FORMAT,
        OUT,
    ),
)
