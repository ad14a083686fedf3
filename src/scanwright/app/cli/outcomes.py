"""`scanwright outcomes`: what came of every past hit under a rule, after costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanwright.app.cli.rule_words import ASKED, RULE, SHOWN
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path

LATEST = 20


def outcomes(
    what: str,
    market: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    **words: Any,  # noqa: ANN401 - those of `rule_words`
) -> None:
    """What came of every past hit under a rule."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.rule_words import study_of
    from scanwright.app.lessons import outcome_document, outcome_rows, outcome_words

    sink = Sink.choose(format, out)
    study, _ = study_of(what, market, words)
    whole = outcome_rows(study)
    rows = whole.latest(LATEST) if limit is None and sink.is_table else whole.first(limit)
    if whole.rows or not sink.is_table:
        sink.write(rows, lambda: outcome_document(study, rows))
    if len(rows.rows) < len(whole.rows):
        say(f"{len(rows.rows):,} of {len(whole.rows):,} are shown; --limit 0 shows all")
    say(f"\n{outcome_words(study)}")


COMMAND = Command(
    name="outcomes",
    summary="what came of every past hit under a rule, after costs",
    run=outcomes,
    words=(*ASKED, *RULE, *SHOWN),
)
