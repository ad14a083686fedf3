"""Taking away what no manifest names: parts of killed imports, replaced files, panels of data that is gone."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from scanwright.model.errors import StoreError
from scanwright.store.derived import read_state
from scanwright.store.files import PART, disk
from scanwright.store.lock import LOCK, undisturbed
from scanwright.store.manifest import Manifest
from scanwright.store.merging import kept_frame

TABLES = ("*-*.parquet", "bars/*/*", "quarantine/*", "revisions/*", "stretches/*", f"*{PART}")
OPENED = "index-opened"
"""What marks a day of chains while it is written: it is an index that no manifest names."""


def sweep(folder: Path, manifest: Manifest) -> None:
    """Remove everything that is not of this manifest; the caller holds the market for writing.

    A reader that was about to open what is removed here finds the newer manifest and opens that.
    """
    names = manifest.files()
    with disk(folder):
        for path in _files(folder):
            if str(path.relative_to(folder)) not in names:
                path.unlink(missing_ok=True)
        for path in _chains(folder, manifest):
            path.unlink(missing_ok=True)
        for home in folder.glob("panel/*"):
            with undisturbed(home) as alone:  # else a reader builds what it needs; what is left over goes the next time
                for path in _derived(folder, home, manifest) if alone else ():
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink(missing_ok=True)


def _derived(folder: Path, home: Path, manifest: Manifest) -> Iterator[Path]:
    """Derived files that no state of this manifest needs; where it has no state yet, the next grows from the last."""
    names = manifest.panel_names()
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


def _chains(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """Files of chains that no index names, on the days that somebody wrote to."""
    names = manifest.files()
    touched = {path.parent for path in folder.glob("chains/*/index-*") if str(path.relative_to(folder)) not in names}
    for home in touched:
        with contextlib.suppress(StoreError):  # a damaged index says nothing of what can go
            kept = manifest.chains.get(home.name)
            named = {kept.file, *kept_frame(folder, kept)["file"]} if kept else set[str]()
            yield from [path for path in home.iterdir() if str(path.relative_to(folder)) not in named]


def _files(folder: Path) -> Iterator[Path]:
    for pattern in TABLES:
        yield from folder.glob(pattern)
