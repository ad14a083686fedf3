"""Whole files or none: what is written appears complete, and what the disk refuses is said in our words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Generator
from pathlib import Path

from scanwright.model.errors import Absent, StoreError, Unreachable

PART = ".part"
DIGITS = 12

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def refusal(place: Path, error: OSError) -> StoreError:
    """What the operating system refused, as an error of the house.

    >>> print(refusal(Path("market"), PermissionError(errno.EACCES, "Permission denied")))
    market: expected permission, found Permission denied. Hint: allow this user to read and write the folder
    """
    found = error.strerror or str(error)
    if error.errno in _FULL:
        return Unreachable(place=place, expected="room on the disk", found=found, todo="make room and do it again")
    if error.errno in _FORBIDDEN:
        todo = "allow this user to read and write the folder"
        return Unreachable(place=place, expected="permission", found=found, todo=todo)
    if error.errno == errno.ENOENT:
        return Absent(place=place, expected="a file or folder", found="nothing", todo="check the path")
    return Unreachable(place=place, expected="a disk that answers", found=found, todo="check the disk")


@contextlib.contextmanager
def disk(place: Path) -> Generator[None]:
    """What the operating system refuses inside leaves as `StoreError`, naming the place."""
    try:
        yield
    except OSError as error:
        raise refusal(place, error) from error


def write_through(path: Path, content: bytes | memoryview, size: int = 0) -> None:
    """Write and wait until the disk has it; raises `OSError`, and leaves no part behind where it can.

    size: of the file where it is to be larger; the rest reads as zeros and takes no room before it is written.
    """
    try:
        with path.open("wb", buffering=0) as file:
            rest = memoryview(content).cast("B") if memoryview(content).nbytes else memoryview(b"")
            while rest:
                rest = rest[file.write(rest) :]
            file.truncate(max(size, file.tell()))
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once: a reader sees the old content or the new, never a part."""
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + PART)
        write_through(part, content)
        part.replace(path)
        sync_folder(path.parent)


@contextlib.contextmanager
def fresh_folder(folder: Path) -> Generator[Path]:
    """A folder to fill beside; it gets its name when it is full, and an old one of that name goes."""
    part = folder.with_name(folder.name + PART)
    with disk(folder):
        for stale in (part, folder):
            if stale.exists():
                shutil.rmtree(stale)
        part.mkdir(parents=True)
        try:
            yield part
            sync_folder(part)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(content: bytes) -> str:
    """The SHA-256 of a file's bytes, in hex, as `sha256sum` gives it.

    >>> digest(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def joint_digest(*parts: str) -> str:
    """One hash for several texts in their order.

    >>> joint_digest("a", "b") == joint_digest("ab")
    False
    """
    return digest("\n".join(parts).encode())
