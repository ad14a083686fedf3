"""Who does jobs, here or elsewhere: one file an executor, found by listing this folder."""

from __future__ import annotations

from scanwright.model.folder import Folder, not_installed
from scanwright.workers._port import Answer, Declared, Executor, Home, Job, Plain

FOLDER = Folder(package="scanwright.workers", attribute="EXECUTOR")


def names() -> tuple[str, ...]:
    """Every executor that has a file.

    >>> names()
    ('inline', 'ray', 'threads')
    """
    return FOLDER.names()


def declared(name: str) -> Declared:
    """An executor by its name; `SettingsError` with the nearest one where there is none."""
    return FOLDER.declared(name, Declared, "an executor")


def unavailable(executor: Declared) -> str:
    """Why an executor cannot be used here, with what installs it; empty where it can.

    >>> unavailable(declared("threads"))
    ''
    """
    return not_installed(executor.library, executor.extra)


__all__ = ["Answer", "Declared", "Executor", "Home", "Job", "Plain", "declared", "names", "unavailable"]
