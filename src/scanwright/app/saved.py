"""A person's saved scans: a name, a definition, and every version that it ever had."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.app.records import definition_of
from scanwright.model.errors import Absent, SettingsError
from scanwright.scan.definition import Scan, of_table

if TYPE_CHECKING:
    from scanwright.store.records.saved import SavedRecord, SavedTable

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class SavedScans:
    """The saved scans of a database.

    >>> from scanwright.app.wiring import clock
    >>> from scanwright.store.records.database import Database
    >>> saved = SavedScans(Database("sqlite://", clock()).saved)
    >>> saved.save("dips", Scan(where="rsi(14) < 30")).version, saved.save("dips", Scan(where="rsi(14) < 20")).version
    (1, 2)
    >>> saved.scan("dips").where, saved.scan("dips", 1).where
    ('rsi(14) < 20', 'rsi(14) < 30')
    """

    def __init__(self, table: SavedTable) -> None:
        """Scans are kept in `table`."""
        self._table = table

    def save(self, name: str, scan: Scan, *, note: str = "", by: str = "") -> SavedRecord:
        """The next version of a scan; one that is as the latest is not written again."""
        if not NAME.fullmatch(name):
            todo = "letters, digits, _ . and -, at most 64"
            raise SettingsError(expected="the name of a saved scan", found=repr(name), todo=todo)
        definition = {key: value for key, value in definition_of(scan).items() if key != "name"}
        latest = self._table.get(name)
        if latest is not None and latest.definition == definition and latest.note == note:
            return latest
        return self._table.put(name, definition, note=note, by=by)

    def delete(self, name: str, *, by: str = "") -> None:
        """Take a scan away; its versions stay, and can be looked at by number."""
        self.get(name)
        self._table.put(name, None, note="", by=by)

    def get(self, name: str, version: int | None = None) -> SavedRecord:
        """A version, the latest where none is named; `Absent` where there is none, or it was deleted."""
        found = self._table.get(name, version)
        if found is None or found.definition is None:
            near = "".join(difflib.get_close_matches(name, [each.name for each in self.all()], 1, 0.5))
            which = repr(name) if version is None else f"version {version} of {name!r}"
            todo = f"did you mean {near}?" if near and near != name else "see which there are"
            raise Absent(place="the saved scans", expected=which, found="none", todo=todo)
        return found

    def scan(self, name: str, version: int | None = None) -> Scan:
        """The definition of a version."""
        return scan_of(self.get(name, version).definition or {}, name)

    def versions(self, name: str) -> Sequence[SavedRecord]:
        """Every version of a scan; `Absent` where there never was one."""
        found = self._table.versions(name)
        return found or [self.get(name)]

    def all(self) -> Sequence[SavedRecord]:
        """The latest version of each that was not deleted, by name."""
        return [each for each in self._table.all() if each.definition is not None]


def scan_of(definition: Mapping[str, object], name: str) -> Scan:
    """A scan from plain values as a record keeps them."""
    return of_table(definition, name)
