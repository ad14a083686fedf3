"""Making a change of the market: files first, then the panel, then the manifest, so that readers never wait."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from scanwright.store.derive import build
from scanwright.store.lock import writing
from scanwright.store.manifest import Manifest, read_manifest, write_manifest
from scanwright.store.progress import Progress
from scanwright.store.report import ImportReport
from scanwright.store.sweep import sweep

Change = Callable[[Manifest], tuple[Manifest, ImportReport]]


def publish(folder: Path, calendar: str, change: Change, progress: Progress, *, derive: bool = True) -> ImportReport:
    """Apply a change to the market as it is now; whatever goes wrong, the market is as it was before.

    The derived panels are built before the manifest names their data: a reader that comes meanwhile finds the old
    market whole, and one that comes after finds the new panel ready. Without `derive` the next reader builds them.
    """
    with writing(folder):
        before = read_manifest(folder)
        try:
            after, report = change(before)
            for interval, series in after.intervals.items() if derive else ():
                if series.bars:
                    build(folder, interval, after, calendar, progress)
            if after != before:
                write_manifest(folder, dataclasses.replace(after, generation=before.generation + 1))
        finally:
            sweep(folder, read_manifest(folder))
    return report
