"""Taking away what no manifest names: parts of killed imports, replaced files, panels of data that is gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from scanwright.store.files import PART, disk
from scanwright.store.manifest import Manifest

TABLES = ("*-*.parquet", "bars/*/*", "quarantine/*", f"*{PART}")


def sweep(folder: Path, manifest: Manifest) -> None:
    """Remove everything that is not of this manifest; the caller holds the market for writing.

    A reader that was about to open what is removed here finds the newer manifest and opens that.
    """
    with disk(folder):
        for path in _files(folder):
            if str(path.relative_to(folder)) not in manifest.files():
                path.unlink(missing_ok=True)
        folders = manifest.panel_folders()
        for path in folder.glob("panel/*/*"):
            if path.is_dir() and str(path.relative_to(folder)) not in folders:
                shutil.rmtree(path, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    for pattern in TABLES:
        yield from folder.glob(pattern)
