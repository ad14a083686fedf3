"""Sentences about what was done, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanwright.data.quality.line import Finding
    from scanwright.engine.replay import Proof
    from scanwright.model.panel import Panel
    from scanwright.scan.explain import Explained
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


def repair_sentences(done: Sequence[Finding], left: Sequence[str]) -> Sequence[str]:
    """What was put right, and what is left to a person and why."""
    kinds = Counter(each.kind for each in done)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    put_right = (
        f"repaired {len(done):,} ({counts}); what stood is kept, and --as-of reads it" if done else "repaired nothing"
    )
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in Counter(left).most_common())
    return [put_right, f"left to you: {len(left):,} ({reasons})" if left else "nothing is left to you"]


def plan_sentence(found: Explained) -> str:
    """What a scan costs."""
    stages = f"{found.stages} stage{'s' if found.stages != 1 else ''}"
    state = f"{found.state_bytes:,} bytes of state a symbol"
    return f"warm-up {found.warmup:,} bars; {found.steps:,} steps in {stages}, {state}; plan {found.plan_hash}"


def proof_sentence(proof: Proof, panel: Panel) -> str:
    """What was compared, and whether it was the same."""
    same = (
        "all the same bits"
        if not proof.differences
        else f"{proof.differences:,} DIFFERENCES, the first: {proof.first_difference}"
    )
    return (
        f"{proof.values:,} values of {panel.shape[1]:,} symbols over {panel.shape[0]:,} bars compared, "
        f"in {proof.tiles:,} tiles with {proof.snapshots:,} snapshots and {proof.peeks:,} peeks: {same}; "
        f"hash {proof.hash}\n"
    )
