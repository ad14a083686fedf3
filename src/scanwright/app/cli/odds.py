"""`scanwright odds`: the hits of now, each with the chance that it comes good, its expected return and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanwright.app.cli.rule_words import ASKED, RULE, SHOWN
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path


def odds(
    what: str,
    market: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    **words: Any,  # noqa: ANN401 - those of `rule_words`
) -> None:
    """The hits of now and what was learned of such hits, the likeliest first."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.rule_words import study_of
    from scanwright.app.learning import drifted, odds_now
    from scanwright.app.lessons import base_words, drift_words, lesson_document, odds_rows

    sink = Sink.choose(format, out)
    study, place = study_of(what, market, words)
    found = odds_now(study, place)
    drift = drifted(found.lesson, study)
    rows = odds_rows(found, study).first(limit)
    if rows.rows or not sink.is_table:
        sink.write(rows, lambda: {"results": rows.objects(), "lesson": lesson_document(found.lesson, drift)})
    about = found.lesson.provenance
    say(f"\n{len(found.symbols):,} hits on {found.frame}; rule: {study.rule.words}")
    say("\n".join(base_words(found.lesson.learned.base)))
    say(f"learned on {about.made} from hits of {about.first} to {about.last}")
    say("\n".join(drift_words(drift)))


COMMAND = Command(
    name="odds",
    summary="the hits of now, and how likely each is to come good",
    run=odds,
    words=(*ASKED, *RULE, *SHOWN),
)
