"""`scanwright data symbols`: what the market's symbols are, and where their facts come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.app.cli.options import EXCLUDE, FORMAT, INTERVAL, LIMIT, MARKET, OUT, SETTINGS, UNIVERSE
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright.app.cli.console import Sink
    from scanwright.app.market import Market
    from scanwright.app.symbols import Asked
    from scanwright.data.symbols import Known
    from scanwright.model.panel import Panel
    from scanwright.store.report import ImportReport

SHOWN = 50
FACTS = ("kind", "exchange", "currency", "sector", "industry")


def symbols(
    market: Path | None = None,
    universe: str | None = None,
    exclude: str | None = None,
    search: str = "",
    kind: str | None = None,
    exchange: str | None = None,
    currency: str | None = None,
    sector: str | None = None,
    industry: str | None = None,
    import_: Path | None = None,
    index: str = "",
    provider: str = "",
    url: str = "",
    interval: str | None = None,
    settings: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    *,
    unlisted: bool = False,
) -> None:
    """List the symbols of a market, after bringing their facts in where a file or a provider is named."""
    from scanwright.app.cli.console import Sink
    from scanwright.app.cli.opened import opened
    from scanwright.app.symbols import Asked

    sink = Sink.choose(format, out)
    place = opened(market)
    if import_ is not None:
        _imported(place, import_, index)
    if provider:
        _fetched(place, provider, url, settings)
    if import_ is not None or provider:
        return
    given = zip(FACTS, (kind, exchange, currency, sector, industry), strict=True)
    facts = {name: value for name, value in given if value is not None}
    asked = Asked(search=search, facts=facts, unlisted=unlisted)
    _listed(place, asked, _panel(place, interval), (universe, exclude), sink, limit)


def _panel(market: Market, interval: str | None) -> Panel | None:
    """The bars whose ends are shown: of the interval asked for, else of days where there are any, else of the first."""
    from scanwright.model.interval import Interval

    held = market.intervals
    if interval is not None:
        return market.panel(interval)
    return market.panel(Interval.DAY if Interval.DAY in held else held[0]) if held else None


def _listed(
    market: Market,
    asked: Asked,
    panel: Panel | None,
    universe: tuple[str | None, str | None],
    sink: Sink,
    limit: int | None,
) -> None:
    from scanwright.app.cli.console import say, warn
    from scanwright.app.symbols import known_rows, symbols_of
    from scanwright.app.wiring import clock
    from scanwright.app.worth import table_worth, worth_of

    found = symbols_of(market, panel, asked)
    if panel is not None and any(universe):
        found = _members(market, panel, found, universe)
    if asked.search and panel is not None:
        warn(market.lists.unknown([asked.search], panel.symbols).notes)
    whole = known_rows(found, short=sink.is_table)
    rows = whole.first(SHOWN if limit is None and sink.is_table else limit)
    if whole.rows or not sink.is_table:
        sink.write(rows)
    if len(rows.rows) < len(whole.rows):
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")
    say(_sentence(found))
    say(table_worth(market.stored, "symbols", clock().now()))
    if panel is not None:
        say(worth_of(market.stored.series(market.source(panel.interval)), panel, None, clock().now()).sentence())


def _members(
    market: Market, panel: Panel, found: Sequence[Known], universe: tuple[str | None, str | None]
) -> Sequence[Known]:
    """Those that are members of a universe at the market's last frame."""
    from scanwright.app.cli.console import say, warn
    from scanwright.app.wiring import catalogue
    from scanwright.scan.definition import Scan
    from scanwright.scan.let_in import membership

    scan = Scan(where="volume >= 0", universe=universe[0] or "all", exclude=universe[1] or "", interval=panel.interval)
    sets = market.sets(scan, panel)
    warn(sets.notes)
    inside = membership(scan, panel, catalogue(), threads=market.threads, sets=sets)
    say(f"members on {inside.frame}")
    members = frozenset(inside.members)
    return [each for each in found if each.symbol in members]


def _sentence(found: Sequence[Known]) -> str:
    """How many there are, and of how many something is missing."""
    lacking: dict[str, int] = {}
    for each in found:
        for name in each.missing:
            lacking[name] = lacking.get(name, 0) + 1
    told = ", ".join(f"{name} of {count:,}" for name, count in lacking.items())
    return f"{len(found):,} symbols" + (f"; missing: {told}" if told else "")


def _imported(market: Market, path: Path, index: str) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.symbols import import_symbols

    reports, said = import_symbols(market, path, index)
    _reported(reports)
    for each in said:
        say(each)


def _fetched(market: Market, provider: str, url: str, settings: Path | None) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.settings import Settings
    from scanwright.app.symbols import fetch_symbols
    from scanwright.app.wiring import clock

    _reported(fetch_symbols(market, provider, Settings.read(file=settings), clock(), url=url, say=say))


def _reported(reports: Sequence[ImportReport]) -> None:
    from scanwright.app.cli.console import put

    for each in reports:
        counts = f"{each.rows_new:,} new, {each.rows_changed:,} changed, {each.rows_same:,} the same"
        put(f"{each.kind} from {each.source}: {counts}")


COMMAND = Command(
    name="data symbols",
    summary="the market's symbols: names, kinds, sectors, first and last bar, what is missing",
    run=symbols,
    words=(
        MARKET,
        UNIVERSE,
        EXCLUDE,
        Word(name="search", metavar="TEXT", help="in symbols, names and former symbols"),
        *(Word(name=name, metavar="WORD", help=f"only those of this {name}") for name in FACTS),
        Word(name="unlisted", help="only those that are delisted", flag=True),
        Word(
            name="import_",
            option="--import",
            metavar="FILE",
            help="bring facts (symbol, name, sector ...), renames (symbol, date, was) or members in; CSV or Parquet",
            read=Path,
        ),
        Word(name="index", metavar="NAME", help="with --import: the index whose members (symbol, since, until) come"),
        Word(name="provider", metavar="P[,Q]", help="ask a provider for its list of symbols"),
        Word(name="url", metavar="ADDRESS", help="where the provider is, instead of its settings"),
        INTERVAL,
        SETTINGS,
        LIMIT,
        FORMAT,
        OUT,
    ),
)
