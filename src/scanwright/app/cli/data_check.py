"""`scanwright data check`: what is wrong with bars that only their neighbours can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, INTERVAL, LIMIT, MARKET, OUT, SYMBOLS
from scanwright.app.cli.words import Command

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 50


def check(
    market: Path | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Look for spikes, unknown splits, repeats and gaps."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import finding_rows
    from scanwright.app.question import listed
    from scanwright.app.sentences import check_sentence
    from scanwright.data.quality.check import check as findings
    from scanwright.model.interval import Interval
    from scanwright.scan.judge import columns_of

    sink = Sink.choose(format, out)
    panel = opened(market).panel(Interval.read(interval or "1d"))
    if symbols is not None:
        panel = panel.columns(columns_of(panel, listed(symbols)))
    found = findings(panel)
    rows = finding_rows(found, panel.interval).first(SHOWN if limit is None and sink.is_table else limit)
    if found or not sink.is_table:
        sink.write(rows)
    say(check_sentence(found, panel))
    if len(rows.rows) < len(found):
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")


COMMAND = Command(
    name="data check",
    summary="look for spikes, unknown splits, repeats and gaps",
    run=check,
    words=(MARKET, SYMBOLS, INTERVAL, LIMIT, FORMAT, OUT),
)
