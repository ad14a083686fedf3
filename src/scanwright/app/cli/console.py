"""Where a command writes: rows to standard output or a file, everything else to standard error."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from scanwright.app.rows import Format, Rows, json_text
from scanwright.model.errors import SettingsError

SUFFIXES = {".json": Format.JSON, ".jsonl": Format.JSONL, ".csv": Format.CSV, ".parquet": Format.PARQUET}


class Failed(Exception):
    """A command that did its work, and whose answer is a failure that it has said already."""


def put(text: str) -> None:
    """A line of results to standard output."""
    print(text, flush=True)  # noqa: T201 - this is the command's voice


def say(text: str) -> None:
    """A message to standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the command's voice


def warn(warnings: Sequence[str]) -> None:
    """Things that a person should know."""
    for each in warnings:
        say(f"note: {each}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sink:
    """Where rows go and how: decided before the work begins, so that a wrong option costs nothing."""

    format: Format
    path: Path | None

    @classmethod
    def choose(cls, format: str | None, path: Path | None) -> Sink:
        """The format asked for, else the one that the file's name says, else a table."""
        chosen = (
            Format(format) if format else (SUFFIXES.get(path.suffix.lower(), Format.TABLE) if path else Format.TABLE)
        )
        if chosen is Format.PARQUET and path is None and sys.stdout.isatty():
            raise SettingsError(
                expected="a file for Parquet",
                found="a terminal",
                todo="give --out FILE.parquet",
            )
        if path is not None and not path.absolute().parent.is_dir():
            raise SettingsError(expected="a folder to write into", found=f"no {path.parent}", todo="make it first")
        return cls(format=chosen, path=path)

    @property
    def is_table(self) -> bool:
        """Whether people are to read it."""
        return self.format is Format.TABLE

    def write(self, rows: Rows, document: Callable[[], object] | None = None) -> None:
        """Write rows; as JSON the document that holds them, where there is one."""
        if self.format is Format.PARQUET:
            self._put_bytes(_parquet(rows))
        elif self.format is Format.JSON:
            whole = document() if document else rows.objects()
            self._put_bytes(f"{json_text(whole, indent=2)}\n".encode())
        else:
            text = {Format.CSV: rows.csv, Format.JSONL: rows.jsonl, Format.TABLE: rows.table}[self.format]()
            self._put_bytes(text.encode())

    def write_text(self, text: str) -> None:
        """Write lines that people read."""
        self._put_bytes(text.encode())

    def _put_bytes(self, content: bytes) -> None:
        if self.path is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            _write_whole(self.path, content)


def _parquet(rows: Rows) -> bytes:
    import io

    file = io.BytesIO()
    rows.frame().write_parquet(file)
    return file.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    """All or nothing: into a file beside it, then in its place."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def progress(what: str) -> Generator[Callable[[int, int, str], None]]:
    """A bar on standard error while work goes on, on a terminal only; tell it `(done, total, what)`."""
    if not sys.stderr.isatty():
        yield _unseen
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    done = TextColumn("{task.fields[done]}")
    parts = (TextColumn("{task.description}"), BarColumn(), done, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None, done="")

        def told(done: int, total: int, what: str) -> None:
            shown.update(task, completed=done, total=total or None, description=what)
            shown.update(task, done=far(done, total, shown.tasks[0].speed))

        yield told


def far(done: int, total: int, speed: float | None) -> str:
    """How far work is, and how fast it goes where that can be said.

    >>> far(1204, 3000, 48.73), far(0, 3000, None), far(0, 0, None)
    ('1,204 of 3,000, 48.7/s', '0 of 3,000', '')
    """
    if not total:
        return ""
    return f"{done:,} of {total:,}" + (f", {speed:,.3g}/s" if speed else "")


def _unseen(done: int, total: int, what: str) -> None:
    del done, total, what
