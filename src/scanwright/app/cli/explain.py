"""`scanwright explain`: what a scan asks for and how often it was true, or what a word of the language means."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from scanwright.app.cli.options import AS_OF, EXCLUDE, FORMAT, INTERVAL, MARKET, OUT, SYMBOLS, UNIVERSE, WHAT
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright.app.cli.console import Sink
    from scanwright.app.question import Options


def explain(
    what: str | None = None,
    *,
    list_all: bool = False,
    market: Path | None = None,
    universe: str | None = None,
    exclude: str | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    as_of: str | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """The plan: terms, warm-up, cost, how often each was true; or what a universe is and whom it lets in."""
    from scanwright.app.cli.console import Sink
    from scanwright.app.question import Options
    from scanwright.app.wiring import catalogue
    from scanwright.expr.words import NAMED
    from scanwright.model.errors import SettingsError

    sink = Sink.choose(format, out)
    options = Options(universe=universe, exclude=exclude, symbols=symbols, interval=interval)
    alone = universe is not None or exclude is not None
    if list_all == (what is not None or alone):
        found = "both" if list_all else "neither"
        todo = 'scanwright explain "rsi(14) < 40"'
        raise SettingsError(expected="an expression, --universe, or --list", found=found, todo=todo)
    if what is None and list_all:
        _list(sink)
    elif what is None:
        _universe(options, market, as_of, sink)
    elif what.strip() in catalogue() or what.strip() in NAMED:
        _word(what.strip(), sink)
    else:
        _terms(what, options, market, as_of, sink)


def _list(sink: Sink) -> None:
    from scanwright.app.glossary import word_rows
    from scanwright.app.wiring import catalogue

    sink.write(word_rows(catalogue(), short=sink.is_table))


def _word(name: str, sink: Sink) -> None:
    from scanwright.app.glossary import figure_document, word_document, word_text
    from scanwright.app.rows import Format, Rows
    from scanwright.app.wiring import catalogue
    from scanwright.expr.words import NAMED

    if sink.is_table:
        sink.write_text(word_text(catalogue(), name))
    else:
        facts = figure_document(name) if name in NAMED else word_document(catalogue(), name)
        rows = Rows(names=tuple(facts), rows=[tuple(facts.values())])
        sink.write(rows, (lambda: facts) if sink.format is Format.JSON else None)


def _universe(options: Options, market: Path | None, as_of: str | None, sink: Sink) -> None:
    """What a universe is in canonical text, whom each part of it lets in, and how many members a day had."""
    from scanwright.app.cli.console import say, warn
    from scanwright.app.cli.opened import opened
    from scanwright.app.question import asked, date_or_time
    from scanwright.app.universes import described, universe_document, universe_rows

    wanted = asked("volume >= 0", options)
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    panel = place.panel(wanted.interval, moment)
    found = described(wanted, place, panel)
    if sink.is_table:
        say(f"{found.definition}\n")
    if found.members.terms or not sink.is_table:
        sink.write(universe_rows(found), lambda: universe_document(found))
    say(found.sentence())
    warn([*found.notes, *place.notes(wanted.interval, panel, moment)])


def _terms(what: str, options: Options, market: Path | None, as_of: str | None, sink: Sink) -> None:
    from scanwright.app.cli.console import progress, say, warn
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import explained_document, explained_rows
    from scanwright.app.question import asked, date_or_time
    from scanwright.app.sentences import plan_sentence
    from scanwright.app.wiring import catalogue
    from scanwright.scan.explain import explain as explain_scan

    wanted = asked(what, options)
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    panel = place.panel(wanted.interval, moment, wanted.adjust)
    with progress("folding"):
        found = explain_scan(wanted, panel, catalogue(), threads=place.threads, sets=place.sets(wanted, panel))
    if sink.is_table:
        say(f"{found.text}\n{plan_sentence(found)}\n")
    worth = place.worth(wanted, panel, moment)
    sink.write(explained_rows(found), lambda: explained_document(found, worth))
    say(found.verdict)
    say(worth.sentence())
    warn([*place.notes(wanted.interval, panel, moment), *found.warnings])


COMMAND = Command(
    name="explain",
    summary="the plan of a scan and how often each term was true; or a function of the language",
    run=explain,
    words=(
        dataclasses.replace(WHAT, needed=False, help="a condition, a scan, or the name of a function"),
        Word(name="list_all", option="--list", help="every function of the language", flag=True),
        MARKET,
        UNIVERSE,
        EXCLUDE,
        SYMBOLS,
        INTERVAL,
        AS_OF,
        FORMAT,
        OUT,
    ),
)
