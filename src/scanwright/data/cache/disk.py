"""The tier on disk: one SQLite file that all processes of a machine share, bounded by bytes.

It is a cache: a file that is damaged is thrown away, a disk that is full makes misses. Which process asks for a key is
agreed by a lock on one byte of a second file, which the system lets go when its holder ends, however it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import fcntl
import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from scanwright.data.cache.tier import Tally
from scanwright.model.clock import Clock

ENTRIES, CLAIMS = "entries.sqlite", "claims"
USED = 60.0  # seconds within which a further use is not written down
_MADE = """
create table if not exists entries (key text primary key, keep real, used real, size integer, content blob) strict;
create index if not exists by_use on entries (used);
create index if not exists by_end on entries (keep);
create table if not exists held (one integer primary key, entries integer, bytes integer) strict;
insert or ignore into held select 1, count(*), coalesce(sum(size), 0) from entries;
create trigger if not exists came after insert on entries begin
    update held set entries = entries + 1, bytes = bytes + new.size;
end;
create trigger if not exists went after delete on entries begin
    update held set entries = entries - 1, bytes = bytes - old.size;
end;
create table if not exists tallies (tier text primary key, hits integer, misses integer, stale integer,
    bytes_read integer, bytes_written integer, failures integer) strict;
"""
T = TypeVar("T")


class Disk:
    """Bytes in a folder, at most `size` of them."""

    name = "disk"

    def __init__(self, folder: Path, clock: Clock, *, size: int) -> None:
        """Open or make the files when they are first needed."""
        self._folder, self._clock, self._size = folder, clock, size
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        self._claims: int | None = None
        self.tally = Tally()

    async def get(self, key: str) -> bytes | None:
        """The bytes of a key, if they are still to be kept."""
        now = self._clock.now().timestamp()
        return self.tally.counted(await self._do(lambda file: _read(file, key, now), None))

    async def put(self, key: str, content: bytes, keep: dt.datetime) -> None:
        """Keep bytes, and make room for them."""
        if len(content) > self._size:
            return
        now = self._clock.now().timestamp()
        row = (key, keep.timestamp(), now, len(content), content)
        if await self._do(lambda file: _write(file, row, now, self._size), default=False):
            self.tally.bytes_written += len(content)

    async def drop(self, key: str) -> None:
        """Forget a key."""
        await self._do(lambda file: _changed(file, "delete from entries where key = ?", (key,)), default=False)

    async def claim(self, key: str) -> bool:
        """Whether no other process asks for this key now."""
        try:
            if self._claims is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._claims = os.open(self._folder / CLAIMS, os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.lockf(self._claims, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte(key))
        except BlockingIOError:
            return False
        except OSError:
            self.tally.failures += 1  # without locks everybody asks for himself
        return True

    async def release(self, key: str) -> None:
        """Let other processes ask for it."""
        if self._claims is not None:
            with contextlib.suppress(OSError):  # it is let go at the latest when the process ends
                fcntl.lockf(self._claims, fcntl.LOCK_UN, 1, _byte(key))

    async def record(self, tallies: Mapping[str, Tally]) -> None:
        """Add what tiers did to what all processes did before."""
        await self._do(lambda file: _add(file, tallies), default=False)

    async def totals(self) -> Mapping[str, Tally]:
        """What all processes that closed their cache did, by tier."""
        return await self._do(_totals, {})

    async def held(self) -> tuple[int, int]:
        """How many entries are kept, and their bytes."""
        return await self._do(_held, (0, 0))

    async def close(self) -> None:
        """Close the files."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            if self._claims is not None:
                os.close(self._claims)
            self._file = self._claims = None

    async def _do(self, work: Callable[[sqlite3.Connection], T], default: T) -> T:
        return await asyncio.to_thread(self._done, work, default)

    def _done(self, work: Callable[[sqlite3.Connection], T], default: T) -> T:
        """Work on the file; a damaged one is replaced, what else fails is a failure in the tally."""
        with self._lock:
            for _ in range(2):
                try:
                    return work(self._opened())
                except sqlite3.OperationalError:  # locked, full, read-only: it may pass
                    break
                except sqlite3.DatabaseError:
                    self._thrown_away()
                except OSError:
                    break
            self.tally.failures += 1
            return default

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self._folder / ENTRIES, timeout=5, isolation_level=None, check_same_thread=False)
            try:
                file.execute("pragma journal_mode = wal")
                file.execute("pragma synchronous = off")  # after a power cut a damaged cache is made anew
                file.executescript(_MADE)
            except sqlite3.DatabaseError:
                file.close()
                raise
            self._file = file
        return self._file

    def _thrown_away(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        for end in ("", "-wal", "-shm"):
            (self._folder / f"{ENTRIES}{end}").unlink(missing_ok=True)


def _byte(key: str) -> int:
    """The byte that is locked for a key; two keys that share one only wait for each other."""
    return zlib.crc32(key.encode()) & 0x7FFFFFFF


def _read(file: sqlite3.Connection, key: str, now: float) -> bytes | None:
    row = file.execute("select content, used from entries where key = ? and keep > ?", (key, now)).fetchone()
    if row is None:
        return None
    if row[1] < now - USED:
        file.execute("update entries set used = ? where key = ?", (now, key))
    return bytes(row[0])


def _write(file: sqlite3.Connection, row: tuple[str, float, float, int, bytes], now: float, most: int) -> bool:
    file.execute("begin immediate")
    try:
        file.execute("delete from entries where keep <= ?", (now,))
        file.execute("delete from entries where key = ?", row[:1])  # a replaced row would pass the trigger by
        file.execute("insert into entries values (?, ?, ?, ?, ?)", row)
        over = _held(file)[1] - most
        if over > 0:
            _evict(file, over, row[0])
        file.execute("commit")
    except sqlite3.DatabaseError:
        with contextlib.suppress(sqlite3.DatabaseError):  # the first error is the one to tell
            file.execute("rollback")
        raise
    return True


def _evict(file: sqlite3.Connection, over: int, spared: str) -> None:
    """Drop the longest unused until so many bytes are free."""
    gone: list[tuple[str]] = []
    for key, size in file.execute("select key, size from entries where key != ? order by used", (spared,)):
        gone.append((key,))
        over -= size
        if over <= 0:
            break
    file.executemany("delete from entries where key = ?", gone)


def _held(file: sqlite3.Connection) -> tuple[int, int]:
    count, size = file.execute("select entries, bytes from held").fetchone()
    return int(count), int(size)


def _changed(file: sqlite3.Connection, text: str, values: tuple[str, ...]) -> bool:
    file.execute(text, values)
    return True


def _add(file: sqlite3.Connection, tallies: Mapping[str, Tally]) -> bool:
    counts = [(tier, *asdict(tally).values()) for tier, tally in tallies.items()]
    file.executemany(
        "insert into tallies values (?, ?, ?, ?, ?, ?, ?) on conflict (tier) do update set hits = hits + excluded.hits,"
        " misses = misses + excluded.misses, stale = stale + excluded.stale,"
        " bytes_read = bytes_read + excluded.bytes_read, bytes_written = bytes_written + excluded.bytes_written,"
        " failures = failures + excluded.failures",
        counts,
    )
    return True


def _totals(file: sqlite3.Connection) -> Mapping[str, Tally]:
    names = ("hits", "misses", "stale", "bytes_read", "bytes_written", "failures")
    rows = file.execute(f"select tier, {', '.join(names)} from tallies").fetchall()  # noqa: S608 - names of ours
    return {tier: Tally(**dict(zip(names, counts, strict=True))) for tier, *counts in rows}
