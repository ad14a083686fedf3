"""One writer at a time: a lock that the operating system drops when its holder ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Generator
from pathlib import Path

from scanwright.model.errors import Conflict
from scanwright.store.files import disk

LOCK = "lock"


@contextlib.contextmanager
def writing(folder: Path) -> Generator[None]:
    """Hold the market for writing; `Conflict` at once where another process holds it. Readers need no lock."""
    with _held(folder / LOCK, wait=False):
        yield


def is_left(folder: Path) -> bool:
    """Whether a lock of `writing` is there that nobody holds: its holder ended before the work did."""
    try:
        handle = (folder / LOCK).open("rb")
    except OSError:
        return False
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


@contextlib.contextmanager
def building(folder: Path) -> Generator[None]:
    """Hold a folder of derived panels, waiting for whoever builds there now."""
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _held(folder / LOCK, wait=True):
        yield


@contextlib.contextmanager
def undisturbed(folder: Path) -> Generator[bool]:
    """Hold a folder of derived panels where nobody builds there now; whether that is so."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(_held(folder / LOCK, wait=False))
        except Conflict:
            yield False
            return
        yield True


@contextlib.contextmanager
def _held(path: Path, *, wait: bool) -> Generator[None]:
    with disk(path):
        handle = path.open("ab")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            todo = "wait until the other import is done"
            raise Conflict(place=path.parent, expected="one writer", found="another one at work", todo=todo) from None
        yield
