"""Sentences about what was done, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from scanwright.data.quality import Finding
from scanwright.model.panel import Panel
from scanwright.store.report import ImportReport


def import_sentence(report: ImportReport, folder: Path) -> str:
    """What came of an import."""
    what = {"bars": f"{report.interval} bars", "symbols": "rows of the symbol table", "splits": "splits"}[report.kind]
    parts = {"new": report.rows_new, "changed": report.rows_changed, "as they were": report.rows_same}
    counts = ", ".join(f"{count:,} {name}" for name, count in parts.items() if count) or "nothing new"
    span = f" of {report.symbols:,} symbols, {report.first} to {report.last}" if report.first else ""
    refused = ", ".join(f"{count:,} {reason}" for reason, count in report.quarantined.items())
    later = f"; {report.refused:,} in quarantine ({refused})" if report.refused else ""
    return f"{report.source}: {report.rows_read:,} {what}{span}: {counts}{later}; in {folder}"


def check_sentence(found: Sequence[Finding], panel: Panel) -> str:
    """How much is to be looked at."""
    bars = int(panel.bar.sum())
    checked = f"{bars:,} {panel.interval} bars of {panel.shape[1]:,} symbols"
    if not found:
        return f"{checked}: nothing to look at"
    kinds = Counter(each.kind for each in found)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    return f"{checked}: {len(found):,} things to look at ({counts})"
