"""The compiled kernels: loops over raw pointers, one file each, loaded only when they fit their source.

The files beside this one are Python that Cython compiles (`hatch_build.py` does it, `make install` starts it). Running
one as plain Python would be a thousand times slower and would not be what the tests judged, so `load` refuses it.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent
RECORD = "_sources.json"


def kernels(folder: Path = FOLDER) -> tuple[str, ...]:
    """The names of the kernel sources in a folder; files that start with `_` are passed over."""
    return tuple(sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")))


def source_hash(name: str, folder: Path = FOLDER) -> str:
    """The SHA-256 of what a kernel is compiled from: its own source and every shared declaration (`.pxd`)."""
    digest = hashlib.sha256((folder / f"{name}.py").read_bytes())
    digest.update(_shared(folder))
    return digest.hexdigest()


@cache
def _shared(folder: Path) -> bytes:
    return b"".join(path.name.encode() + path.read_bytes() for path in sorted(folder.glob("*.pxd")))


@cache
def _recorded() -> dict[str, str]:
    record = FOLDER / RECORD
    return json.loads(record.read_text()) if record.exists() else {}


@cache
def load(name: str) -> ModuleType:
    """The compiled module of a kernel; judged once in a process.

    Raises ImportError where there is no such kernel, where it is not compiled for this Python, and where it was
    compiled from another source than the one beside it.

    >>> load("no_such_kernel")
    Traceback (most recent call last):
    ImportError: expected a kernel in kernels/_compiled, found no no_such_kernel.py
    """
    if not (FOLDER / f"{name}.py").exists():
        raise ImportError(f"expected a kernel in kernels/_compiled, found no {name}.py", name=name)
    if not any((FOLDER / f"{name}{suffix}").exists() for suffix in EXTENSION_SUFFIXES):
        raise ImportError(f"the kernel {name} is not compiled for this Python: run `make install`", name=name)
    if _recorded().get(name) != source_hash(name):
        raise ImportError(f"the kernel {name} was compiled from another source: run `make install`", name=name)
    return importlib.import_module(f"{__name__}.{name}")
