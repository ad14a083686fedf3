"""`scanwright history`: what a scan would have found on every past day, and what came of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanwright.app.cli.options import SCAN
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 20


def history(
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
) -> None:
    """What it would have found on every past day."""
    from scanwright.app.cli.console import Sink, progress, say, warn
    from scanwright.app.cli.foretold import nobody, told_before
    from scanwright.app.cli.opened import opened
    from scanwright.app.outcomes import Outcomes
    from scanwright.app.question import Options, asked, date_or_time
    from scanwright.app.wiring import catalogue
    from scanwright.scan.history import history as past_of

    sink = Sink.choose(format, out)
    people = Options(universe=universe, exclude=exclude, symbols=symbols)
    options = dataclasses.replace(people, interval=interval, adjust=adjust, rank=rank, columns=column)
    wanted = asked(what, options)
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    panel = place.panel(wanted.interval, moment, wanted.adjust)
    sets = place.sets(wanted, panel)
    foretold = told_before(wanted, panel, sets)
    with progress("folding") as told:
        past = past_of(
            wanted,
            panel,
            catalogue(),
            threads=place.threads,
            sets=sets,
            progress=lambda done, total: told(done, total, "folding"),
        )
        told(0, 0, "measuring what came of the hits")
        notes = [*place.notes(wanted.interval, panel, moment), *past.receipt.warnings]
        worth = place.worth(wanted, panel, moment)
        past = dataclasses.replace(past, receipt=dataclasses.replace(past.receipt, warnings=notes, worth=worth))
        found = Outcomes.of(past, place)
    whole = found.rows()
    rows = whole.latest(SHOWN) if limit is None and sink.is_table else whole.first(limit)
    if whole.rows or not sink.is_table:
        sink.write(rows, lambda: found.document(rows))
    if len(rows.rows) < len(whole.rows):
        which = "latest" if limit is None else "first"
        say(f"the {which} {len(rows.rows):,} are shown; --limit 0 shows all")
    say(f"\n{found.words()}")
    say(past.receipt.sentence("symbol-bars"))
    say(worth.sentence())
    warn([each for each in notes if each not in foretold])
    if not past.receipt.universe:
        raise nobody(wanted, panel, place, sets)
    if not whole.rows and sink.is_table and past.receipt.judged:
        from scanwright.scan.explain import explain

        say(explain(wanted, panel, catalogue(), threads=place.threads, sets=sets).verdict)


COMMAND = Command(
    name="history", summary="what it would have found on every past day, and what came of it", run=history, words=SCAN
)
