"""Taking away what no manifest names: parts of killed imports, replaced files, panels of data that is gone."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from scanwright.store.derived import read_state
from scanwright.store.files import PART, disk
from scanwright.store.lock import LOCK
from scanwright.store.manifest import Manifest

TABLES = ("*-*.parquet", "bars/*/*", "quarantine/*", "revisions/*", "stretches/*", f"*{PART}")


def sweep(folder: Path, manifest: Manifest) -> None:
    """Remove everything that is not of this manifest; the caller holds the market for writing.

    A reader that was about to open what is removed here finds the newer manifest and opens that.
    """
    with disk(folder):
        for path in _files(folder):
            if str(path.relative_to(folder)) not in manifest.files():
                path.unlink(missing_ok=True)
        for path in _derived(folder, manifest):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _derived(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """Derived files that no state of this manifest needs; where it has no state yet, the next grows from the last."""
    names = manifest.panel_names()
    for home in folder.glob("panel/*"):
        states = [path for path in home.glob("*.json") if str(path.relative_to(folder)) in names]
        needed = {LOCK} | {path.name for path in states}
        for path in states:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # a damaged one needs nothing
                state = read_state(home, path.stem)
                needed |= {state.base, state.patch}
        for path in home.iterdir():
            if path.name.startswith("attributes-"):
                if str(path.relative_to(folder)) not in names:
                    yield path
            elif path.name not in needed and (states or path.name.endswith(PART)):
                yield path


def _files(folder: Path) -> Iterator[Path]:
    for pattern in TABLES:
        yield from folder.glob(pattern)
