"""`scanwright patterns`: the sectors, days, hours and market states in which a scan does well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanwright.app.cli.rule_words import ASKED, RULE, SHOWN
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path

CLEAR = {"better", "worse"}


def patterns(
    what: str,
    market: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    **words: Any,  # noqa: ANN401 - those of `rule_words`
) -> None:
    """Where and when a scan does well."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.rule_words import study_of
    from scanwright.app.lessons import EXPLAINED, pattern_objects, pattern_rows
    from scanwright.app.patterns import patterns_of

    sink = Sink.choose(format, out)
    study, _ = study_of(what, market, words)
    found = patterns_of(study)
    rows = pattern_rows(found.cells).first(limit)
    if rows.rows or not sink.is_table:
        sink.write(rows, lambda: {"cells": pattern_objects(found.cells), "notes": list(found.notes)})
    say(f"\nRule: {study.rule.words}\n{EXPLAINED}")
    for each in found.notes:
        say(f"note: {each}")
    sure = [each for each in found.cells if each.verdict in CLEAR]
    say(
        "; ".join(f"{each.verdict} in {each.group} {each.name}" for each in sure)
        or "no cell clearly differs from the rest"
    )


COMMAND = Command(
    name="patterns",
    summary="the sectors, days and market states in which a scan does well",
    run=patterns,
    words=(*ASKED, *RULE, *SHOWN),
)
