"""`scanwright learn`: how likely a hit of a scan is to come good, learned from its past and kept beside the market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanwright.app.cli.rule_words import ASKED, FORMAT, OUT, RULE
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path


def learn(
    what: str,
    market: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
    **words: Any,  # noqa: ANN401 - those of `rule_words`
) -> None:
    """Learn a scan, or learn it again."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.rule_words import study_of
    from scanwright.app.learning import Lessons
    from scanwright.app.lessons import lesson_document, lesson_words
    from scanwright.app.rows import Rows
    from scanwright.app.wiring import clock

    sink = Sink.choose(format, out)
    study, place = study_of(what, market, words)
    came = Lessons(place).learn(study, clock().now())
    found = came.lesson.learned
    rows = Rows(
        names=("said", "used", "hits", "loss", "base", "gain", "why"),
        rows=[
            (name, each.used, each.count, each.model, each.base, each.gain, each.why)
            for name, each in (("chance", found.chance), ("mean", found.mean), ("quantiles", found.spread))
        ],
    )
    document = {"replaced": came.replaced, "why": came.why, "lesson": lesson_document(came.lesson)}
    sink.write(rows, lambda: document)
    say(f"\nRule: {study.rule.words}\nCosts: {study.rule.costs.words(study.rule.side)}")
    say(lesson_words(came.lesson))
    say(f"{'kept' if came.replaced else 'the old one stays'} in {came.place}: {came.why}")


COMMAND = Command(
    name="learn",
    summary="learn from a scan's past how likely its hits are to come good",
    run=learn,
    words=(*ASKED, *RULE, FORMAT, OUT),
)
