"""Who does jobs, here or elsewhere: one file an executor, found by listing this folder."""

from __future__ import annotations

import difflib
import importlib.util

from scanwright.model.errors import SettingsError
from scanwright.model.folder import Folder
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
    if name not in names():
        near = difflib.get_close_matches(name, names(), 1, 0.5)
        todo = f"did you mean {near[0]}?" if near else f"one of {' '.join(names())}"
        raise SettingsError(expected="an executor", found=repr(name), todo=todo)
    found = FOLDER.load(name)
    if not isinstance(found, Declared) or found.name != name:
        raise SettingsError(expected=f"EXECUTOR = Declared(name={name!r}) in {name}.py", found=repr(found), todo="")
    return found


def unavailable(executor: Declared) -> str:
    """Why an executor cannot be used here, with what installs it; empty where it can.

    >>> unavailable(declared("threads"))
    ''
    """
    if not executor.library or importlib.util.find_spec(executor.library) is not None:
        return ""
    return f"the library {executor.library} is not installed: pip install 'scanwright[{executor.extra}]'"


__all__ = ["Answer", "Declared", "Executor", "Home", "Job", "Plain", "declared", "names", "unavailable"]
