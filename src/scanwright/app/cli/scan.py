"""`scanwright scan`: which symbols satisfy a condition now, or why one does not."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanwright.app.cli.options import RUN, SCAN
from scanwright.app.cli.words import Command, Word
from scanwright.app.rows import Format

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from scanwright.app.cli.console import Sink
    from scanwright.app.market import Market
    from scanwright.model.panel import Panel
    from scanwright.scan.definition import Scan
    from scanwright.scan.members import Sets
    from scanwright.scan.now import Found
    from scanwright.scan.run.queue import Order

SHOWN = 50


def scan(
    what: str,
    market: Path | None = None,
    universe: str | None = None,
    exclude: str | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    as_of: str | None = None,
    adjust: str | None = None,
    rank: str | None = None,
    column: Sequence[str] = (),
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    why: str | None = None,
    provider: str = "",
    url: str = "",
    order: Order = "smart",
    stop_after: int | None = None,
    good: str = "",
    top: int | None = None,
    budget: str = "",
    preset: str = "",
    settings: Path | None = None,
    workers: str = "",
) -> None:
    """Which symbols satisfy a condition now."""
    from scanwright.app.cli.console import Sink
    from scanwright.app.cli.opened import opened
    from scanwright.app.question import Options, asked, date_or_time

    sink = Sink.choose(format, out)
    people = Options(universe=universe, exclude=exclude, symbols=symbols)
    options = dataclasses.replace(people, interval=interval, adjust=adjust, rank=rank, columns=column)
    wanted = asked(what, options)
    moment = date_or_time(as_of) if as_of else None
    if why:
        _why(wanted, opened(market), why, moment, sink)
    elif provider or stop_after or good or top or budget or preset or sink.format is Format.JSONL:
        from scanwright.app.cli.run_words import Given, run_asked

        rules = Given(order=order, stop_after=stop_after, good=good, top=top, budget=budget)
        run_asked(wanted, rules, provider, url, preset, moment, market, settings, sink, limit, workers)
    else:
        _now(wanted, opened(market), moment, sink, limit, workers)


def _now(
    wanted: Scan, market: Market, moment: np.datetime64 | None, sink: Sink, limit: int | None, workers: str
) -> None:
    from scanwright.app.cli.console import say, warn
    from scanwright.app.cli.foretold import nobody, told_before
    from scanwright.app.documents import found_document, found_rows

    panel = market.panel(wanted.interval, moment, wanted.adjust)
    sets = market.sets(wanted, panel)
    foretold = told_before(wanted, panel, sets)
    found = _judged(wanted, market, panel, sets, workers)
    warnings = [*market.notes(wanted.interval, panel, moment), *found.receipt.warnings]
    worth = market.worth(wanted, panel, moment)
    found = dataclasses.replace(found, receipt=dataclasses.replace(found.receipt, warnings=warnings, worth=worth))
    rows = found_rows(found).first(SHOWN if limit is None and sink.is_table else limit)
    if found.hits or not sink.is_table:
        sink.write(rows, lambda: found_document(found, rows))
    say(found.receipt.sentence())
    say(worth.sentence())
    if len(rows.rows) < len(found.hits):
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")
    warn([each for each in warnings if each not in foretold and found.receipt.universe])
    if not found.receipt.universe:
        raise nobody(wanted, panel, market, sets)
    if not found.hits and sink.is_table:
        _hint(wanted, market, panel, found)
    kept_record(market, wanted, found, moment)


def kept_record(market: Market, wanted: Scan, found: Found, moment: np.datetime64 | None) -> None:
    """Leave the record of what was found; a market that cannot be written into keeps none, and that is said once."""
    from scanwright.app.cli.console import say
    from scanwright.app.records import MANY, left, opened
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock
    from scanwright.model.errors import StoreError

    started = clock().now() - dt.timedelta(seconds=found.receipt.seconds)
    try:
        if left(market.folder, wanted, found, moment, started) > MANY:
            with opened(market.folder, Settings.read(), clock()):
                pass  # whoever opens the records takes in what was left
    except StoreError as error:
        say(f"note: the run is not on record: {error}")


def _judged(wanted: Scan, market: Market, panel: Panel, sets: Sets, workers: str) -> Found:
    """What it finds, folded here or by whoever was asked to."""
    from scanwright.app.wiring import catalogue
    from scanwright.scan.now import now

    if not workers:
        return now(wanted, panel, catalogue(), threads=market.threads, sets=sets)
    from scanwright.app.workers import on_workers

    with on_workers(market, workers) as shared:
        return shared.warm.now(wanted, panel, catalogue(), threads=market.threads, sets=sets)


def _hint(wanted: Scan, market: Market, past: Panel, found: Found) -> None:
    """Which term empties the scan, from how often each was true so far."""
    from scanwright.app.cli.console import say
    from scanwright.app.wiring import catalogue
    from scanwright.scan.explain import explain

    if found.receipt.judged:
        sets = market.sets(wanted, past)
        say(f"so far {explain(wanted, past, catalogue(), threads=market.threads, sets=sets).verdict}")


def _why(wanted: Scan, market: Market, symbol: str, moment: np.datetime64 | None, sink: Sink) -> None:
    from scanwright.app.cli.console import say, warn
    from scanwright.app.documents import why_document, why_rows
    from scanwright.app.universes import resolved
    from scanwright.app.wiring import catalogue
    from scanwright.scan.explain import why
    from scanwright.scan.receipt import REASONS

    panel = market.panel(wanted.interval, moment, wanted.adjust)
    asked = resolved(symbol, market.stored, panel.symbols)
    warn(asked.notes)
    found = why(wanted, panel, catalogue(), asked.symbol, sets=market.sets(wanted, panel))
    worth = market.worth(wanted, panel, moment)
    if found.terms or not sink.is_table:
        sink.write(why_rows(found), lambda: why_document(found, worth))
    judgement = {True: "a hit", False: "no hit", None: f"not judged: {REASONS.get(found.reason, found.reason)}"}
    outside = "" if found.in_universe else "; outside the universe"
    say(f"{found.symbol} on {found.ts}: {judgement[found.hit]}{outside}")
    say(worth.sentence())
    if found.reason == "no_bar" and (refused := market.refused(found.symbol, panel)):
        say(f"in quarantine: {refused}")


COMMAND = Command(
    name="scan",
    summary="which symbols satisfy a condition now",
    run=scan,
    words=(*SCAN, Word(name="why", metavar="SYMBOL", help="each term's value and distance for one symbol"), *RUN),
)
