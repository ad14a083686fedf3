"""Watch lists of a market: one small file a list, changed by one process at a time and read by any without waiting."""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import cast

from scanwright.model.errors import Absent, SettingsError, StoreError
from scanwright.store.files import disk, write_whole
from scanwright.store.lock import building

FOLDER = "lists"
FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A symbol on a watch list.

    exchange: as it was written before the symbol, else nothing. section: the heading that it stands under. added: the
    date, as text. note: what a person wrote.

    >>> Entry(symbol="AAPL", exchange="NASDAQ").written
    'NASDAQ:AAPL'
    """

    symbol: str
    exchange: str = ""
    section: str = ""
    added: str = ""
    note: str = ""

    @property
    def written(self) -> str:
        """The symbol, with the exchange where one is known."""
        return f"{self.exchange}:{self.symbol}" if self.exchange else self.symbol

    def means(self, other: Entry) -> bool:
        """Whether both are of one symbol; an exchange that only one of them names does not part them."""
        return self.symbol == other.symbol and (
            self.exchange == other.exchange or not self.exchange * len(other.exchange)
        )


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """What a change to a list did: how many entries it has now, and how many came, went, or were there already."""

    entries: int
    added: int = 0
    removed: int = 0
    present: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """The watch lists in a market's folder.

    >>> import tempfile
    >>> lists = Lists(market=Path(tempfile.mkdtemp()))
    >>> lists.add("mine", [Entry(symbol="AAPL"), Entry(symbol="IBM", note="dividend")]).added
    2
    >>> lists.names(), [each.symbol for each in lists.read("mine")]
    (('mine',), ['AAPL', 'IBM'])
    """

    market: Path

    def names(self) -> tuple[str, ...]:
        """The lists, in the order of their names."""
        with disk(self.market):
            return tuple(sorted(path.stem for path in (self.market / FOLDER).glob("*.json")))

    def read(self, name: str) -> tuple[Entry, ...]:
        """The entries of a list in their order; `Absent` with the nearest name where there is none."""
        path = self._path(name)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            names = self.names()
            near = difflib.get_close_matches(name, names, 1, 0.5)
            todo = f"did you mean {near[0]}?" if near else f"scanwright lists add {name} SYMBOL"
            found = f"the lists {', '.join(names)}" if names else "no list"
            raise Absent(place=self.market, expected=f"a watch list {name!r}", found=found, todo=todo) from None
        except OSError as error:
            with disk(path):
                raise error from None
        return _entries(path, content)

    def add(self, name: str, entries: Sequence[Entry]) -> Changed:
        """Put entries at the end of a list, which is made where it is not there; a symbol stands once."""
        with building(self.market / FOLDER):
            held = self.read(name) if self._path(name).exists() else ()
            kept = _once((*held, *entries))
            self._write(name, kept)
        added = len(kept) - len(held)
        return Changed(entries=len(kept), added=added, present=len(entries) - added)

    def remove(self, name: str, symbols: Collection[Entry]) -> Changed:
        """Take symbols off a list; those that are not on it are counted as such by what is missing in `removed`."""
        with building(self.market / FOLDER):
            held = self.read(name)
            gone = _by_symbol(symbols)
            kept = [each for each in held if not any(each.means(other) for other in gone.get(each.symbol, ()))]
            self._write(name, kept)
        return Changed(entries=len(kept), removed=len(held) - len(kept))

    def replace(self, name: str, entries: Sequence[Entry]) -> Changed:
        """Make a list hold these entries and no others; a symbol stands once."""
        once = _once(entries)
        with building(self.market / FOLDER):
            self._write(name, once)
        return Changed(entries=len(once), added=len(once), present=len(entries) - len(once))

    def delete(self, name: str) -> None:
        """Remove a list; `Absent` where there is none."""
        with building(self.market / FOLDER):
            self.read(name)
            with disk(self._path(name)):
                self._path(name).unlink()

    def _write(self, name: str, entries: Sequence[Entry]) -> None:
        rows = [{key: value for key, value in dataclasses.asdict(each).items() if value} for each in entries]
        write_whole(
            self._path(name), json.dumps({"format": FORMAT, "entries": rows}, ensure_ascii=False, indent=1).encode()
        )

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise SettingsError(
                expected="a list's name of letters, digits, _ . and -", found=repr(name), todo="choose another name"
            )
        return self.market / FOLDER / f"{name}.json"


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in their order, of each symbol the first."""
    kept: list[Entry] = []
    known: dict[str, list[Entry]] = {}
    for entry in entries:
        same = known.setdefault(entry.symbol, [])
        if not any(each.means(entry) for each in same):
            same.append(entry)
            kept.append(entry)
    return kept


def _by_symbol(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.symbol, []).append(entry)
    return found


def _entries(path: Path, content: bytes) -> tuple[Entry, ...]:
    try:
        document = cast("dict[str, object]", json.loads(content))
        found = document["format"]
        rows = cast("list[dict[str, str]]", document["entries"])
        entries = tuple(Entry(**row) for row in rows)
    except (ValueError, KeyError, TypeError) as error:
        found, entries = repr(error), ()
    if found != FORMAT:
        todo = "restore the file from a copy, or delete it"
        raise StoreError(place=path, expected="a watch list of format 1", found=str(found), todo=todo)
    return entries
