"""What a person marks symbols with: flags, dismissals, notes.

Flags and dismissals are watch lists, `flagged` and `dismissed`, so that a scan names them as any other list. Where
keys open the server each person has their own: `list:flagged` stands for `list:flagged.KEY`, and it is this name that
a run's record has, so that whoever reads it knows whose list it was.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.app.keys import HERE
from scanwright.store.lists import Entry, Lists

if TYPE_CHECKING:
    from scanwright.app.market import Market
    from scanwright.scan.definition import Scan
    from scanwright.store.records.notes import NoteRecord, NoteTable

FLAGGED, DISMISSED = "flagged", "dismissed"
OWN = re.compile(rf"\blist:({FLAGGED}|{DISMISSED})(?![\w.-])")
PERSONAL = re.compile(rf"({FLAGGED}|{DISMISSED})\.[0-9a-f]+")
SIZE = 200  # letters of a market's name that notes are kept under


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What a person said of a symbol, as far as they said something."""

    flagged: bool | None = None
    dismissed: bool | None = None
    note: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Marks:
    """The marks of one person on the symbols of a market; `person` is a key's id."""

    market: Market
    notes: NoteTable
    person: str

    @property
    def _lists(self) -> Lists:
        return Lists(market=self.market.folder)

    def named(self, name: str) -> str:
        """What this person's list of flags or dismissals is called; any other name stays."""
        return f"{name}.{self.person}" if name in {FLAGGED, DISMISSED} and self.person != HERE.id else name

    def own(self, scan: Scan) -> Scan:
        """A scan in which the lists of flags and dismissals are this person's; they are there, if only empty."""
        for text in (scan.universe, scan.exclude):
            for name in OWN.findall(text):
                self._there(self.named(name))
        found = {part: OWN.sub(self._renamed, getattr(scan, part)) for part in ("universe", "exclude")}
        return dataclasses.replace(scan, **found)

    def _renamed(self, found: re.Match[str]) -> str:
        return f"list:{self.named(found.group(1))}"

    def _there(self, name: str) -> None:
        if name not in self._lists.names():
            self._lists.add(name, ())

    def listed(self, name: str) -> Sequence[str]:
        """The symbols that are flagged, or dismissed."""
        own = self.named(name)
        return [each.symbol for each in self._lists.read(own)] if own in self._lists.names() else []

    def noted(self) -> Mapping[str, NoteRecord]:
        """The notes by symbol."""
        return {each.symbol: each for each in self.notes.of(self.person, self.market.name[:SIZE])}

    def put(self, symbol: str, mark: Mark, today: str) -> None:
        """Say something of a symbol; what is None stays as it was."""
        for name, is_on in ((FLAGGED, mark.flagged), (DISMISSED, mark.dismissed)):
            if is_on:
                self._lists.add(self.named(name), [Entry(symbol=symbol, added=today)])
            elif is_on is False and symbol in self.listed(name):
                self._lists.remove(self.named(name), [Entry(symbol=symbol)])
        if mark.note is not None:
            self.notes.put(self.person, self.market.name[:SIZE], symbol, mark.note.strip())


def is_anothers(name: str) -> bool:
    """Whether a list is somebody's flags or dismissals, which are shown to them alone.

    >>> is_anothers("flagged.1f0c93aa"), is_anothers("flagged"), is_anothers("mine")
    (True, False, False)
    """
    return bool(PERSONAL.fullmatch(name))
