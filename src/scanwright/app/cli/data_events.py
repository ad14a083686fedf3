"""`scanwright data events`: earnings, dividends, splits, filings and news, brought in and shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS, SYMBOLS
from scanwright.app.cli.words import Command, Word, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanwright.app.events import Wanted
    from scanwright.app.market import Market
    from scanwright.data.events import Layout
    from scanwright.store.report import ImportReport

SHOWN = 50
IN_THE_FILE = ("symbol", "due", "known", "timing", "headline")


def events(
    kind: str = "",
    symbols: str | None = None,
    since: str | None = None,
    upcoming: int | None = None,
    import_: Path | None = None,
    symbol: str | None = None,
    due: str | None = None,
    known: str | None = None,
    timing: str | None = None,
    headline: str | None = None,
    zone: str = "",
    once: int = 0,
    provider: str = "",
    url: str = "",
    market: Path | None = None,
    settings: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Bring events in where a file or a provider is named; else show those that the market holds."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.events import event_rows, events_of, kinds_of
    from scanwright.app.wiring import clock
    from scanwright.app.worth import table_worth

    sink = Sink.choose(format, out)
    place = opened(market)
    wanted = _wanted(kind, symbols, since, upcoming)
    given: dict[str, str | None] = dict(zip(IN_THE_FILE, (symbol, due, known, timing, headline), strict=True))
    if import_ is None:
        _of_files_only({**given, "zone": zone or None, "once": once or None})
    if import_ is not None:
        _imported(place, import_, _layout(kind, given, zone or "UTC", once))
    if provider:
        _fetched(place, provider, wanted, url, settings)
    if import_ is not None or provider:
        return
    found = events_of(place.stored, wanted)
    most = SHOWN if limit is None and sink.is_table else limit
    shown = found.head(most) if most else found
    if len(found) or not sink.is_table:
        sink.write(event_rows(shown, short=sink.is_table))
    if len(shown) < len(found):
        say(f"the first {len(shown):,} of {len(found):,} are shown; --limit 0 shows all")
    say("; ".join(kinds_of(found)) or "no such event is here")
    say(table_worth(place.stored, "events", clock().now()))


def _of_files_only(given: Mapping[str, object]) -> None:
    """Refuse words that say how a file is to be read where no file is."""
    from scanwright.model.errors import SettingsError

    words = [f"--{name}" for name, value in given.items() if value is not None]
    if words:
        todo = "did you mean --symbols?" if words == ["--symbol"] else "name the file"
        raise SettingsError(expected=f"--import FILE beside {' '.join(words)}", found="none", todo=todo)


def _wanted(kind: str, symbols: str | None, since: str | None, upcoming: int | None) -> Wanted:
    from scanwright.app.events import Wanted
    from scanwright.app.question import date_or_time, listed
    from scanwright.app.wiring import clock

    return Wanted(
        kind=kind,
        symbols=() if symbols is None else listed(symbols),
        since=None if since is None else date_or_time(since).astype("M8[D]").item(),
        upcoming=upcoming,
        now=clock().now(),
    )


def _layout(kind: str, given: Mapping[str, str | None], zone: str, once: int) -> Layout:
    from scanwright.data.events import Layout
    from scanwright.store.zones import known_zone

    columns = {("ts" if ours == "due" else ours): theirs for ours, theirs in given.items() if theirs is not None}
    return Layout(kind=kind, columns=columns, zone=known_zone(zone), once=once)


def _imported(market: Market, path: Path, layout: Layout) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.events import import_events
    from scanwright.app.wiring import clock

    report, said = import_events(market.stored, path, layout, clock())
    _reported([report])
    for each in said:
        say(f"understood: {each}")


def _fetched(market: Market, provider: str, wanted: Wanted, url: str, settings: Path | None) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.events import fetch_events
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock

    read = Settings.read(file=settings)
    _reported(fetch_events(market.stored, provider, wanted, read, clock(), url=url, say=say))


def _reported(reports: Sequence[ImportReport]) -> None:
    from scanwright.app.cli.console import put

    for each in reports:
        counts = f"{each.rows_new:,} new, {each.rows_changed:,} changed, {each.rows_same:,} the same"
        put(f"{each.kind} from {each.source}: {counts}, of {each.symbols:,} symbols")
    if not reports:
        put("no events came")


def _column(name: str, what: str) -> Word:
    return Word(name=name, metavar="COLUMN", help=f"with --import: the column {what}")


COMMAND = Command(
    name="data events",
    summary="earnings, dividends, splits, filings and news: what is known of them, and when it was",
    run=events,
    words=(
        Word(name="kind", metavar="KIND", help="earnings, dividend, split, filing, news; with --import: what all are"),
        SYMBOLS,
        Word(name="since", metavar="DATE", help="due on or after it"),
        Word(name="upcoming", metavar="N", help="due within so many days from now, the next first", read=whole_number),
        Word(name="import_", option="--import", metavar="FILE", help="bring events in; CSV or Parquet", read=Path),
        _column("symbol", "of symbols, where its name does not say so"),
        _column("due", "that says when it is due"),
        _column("known", "that says from when it could be known; a date alone counts from its end on"),
        _column("timing", "of before, during or after the session (also bmo, amc)"),
        _column("headline", "of headlines"),
        Word(name="zone", metavar="ZONE", help="with --import: of times that name none; else UTC"),
        Word(
            name="once",
            metavar="N",
            help="with --import: the same headline told again within so many days is left out",
            read=whole_number,
        ),
        Word(name="provider", metavar="P[,Q]", help="ask a provider for events"),
        Word(name="url", metavar="ADDRESS", help="where the provider is, instead of its settings"),
        MARKET,
        SETTINGS,
        LIMIT,
        FORMAT,
        OUT,
    ),
)
