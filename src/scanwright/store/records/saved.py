"""Saved scans in the database: every version stays, also of one that was deleted and saved again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from scanwright.model.clock import Clock
from scanwright.model.errors import Conflict
from scanwright.store.records.opening import told
from scanwright.store.records.tables import SAVED


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SavedRecord:
    """One version of a saved scan, as plain values; without a definition it says that the scan was deleted."""

    name: str
    version: int
    definition: Mapping[str, object] | None
    note: str
    saved: dt.datetime
    by: str


class SavedTable:
    """The saved scans of a database.

    >>> from scanwright.model.clock import SettableClock
    >>> from scanwright.store.records.opening import opened
    >>> saved = SavedTable(opened("sqlite://"), SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)))
    >>> [saved.put("mine", {"where": text}, note="", by="").version for text in ("close > 5", "close > 6")]
    [1, 2]
    >>> saved.get("mine").definition, saved.get("mine", 1).definition
    ({'where': 'close > 6'}, {'where': 'close > 5'})
    """

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        """The table of an engine that `opened` has brought up to date."""
        self._engine, self._clock = engine, clock

    def put(self, name: str, definition: Mapping[str, object] | None, *, note: str, by: str) -> SavedRecord:
        """The next version; `Conflict` where somebody else saves it at the same moment."""
        highest = sa.select(sa.func.max(SAVED.c.version)).where(SAVED.c.name == name)
        with told(self._engine), self._engine.begin() as connection:
            version = (connection.execute(highest).scalar() or 0) + 1
            facts: dict[str, Any] = {"definition": definition, "note": note, "saved": self._clock.now(), "by": by}
            made = SavedRecord(name=name, version=version, **facts)
            _insert(connection, made)
        return made

    def get(self, name: str, version: int | None = None) -> SavedRecord | None:
        """A version, the latest where none is named; nothing where there is none."""
        chosen = sa.select(SAVED).where(SAVED.c.name == name).order_by(SAVED.c.version.desc()).limit(1)
        if version is not None:
            chosen = chosen.where(SAVED.c.version == version)
        with told(self._engine), self._engine.connect() as connection:
            row = connection.execute(chosen).mappings().first()
        return None if row is None else _saved(row)

    def versions(self, name: str) -> Sequence[SavedRecord]:
        """All versions of a scan, the first first."""
        chosen = sa.select(SAVED).where(SAVED.c.name == name).order_by(SAVED.c.version)
        with told(self._engine), self._engine.connect() as connection:
            return [_saved(row) for row in connection.execute(chosen).mappings()]

    def all(self) -> Sequence[SavedRecord]:
        """The latest version of each scan, by name; those that were deleted too."""
        latest = sa.select(SAVED.c.name, sa.func.max(SAVED.c.version).label("version")).group_by(SAVED.c.name)
        of = latest.subquery()
        both = sa.and_(SAVED.c.name == of.c.name, SAVED.c.version == of.c.version)
        with told(self._engine), self._engine.connect() as connection:
            rows = connection.execute(sa.select(SAVED).join(of, both).order_by(SAVED.c.name)).mappings().all()
        return [_saved(row) for row in rows]


def _insert(connection: sa.Connection, made: SavedRecord) -> None:
    try:
        connection.execute(sa.insert(SAVED).values(**dataclasses.asdict(made)))
    except IntegrityError as error:
        raise Conflict(
            place=made.name, expected="one who saves it", found="two at once", todo="look at it, and save again"
        ) from error


def _saved(row: Mapping[Any, Any]) -> SavedRecord:
    moment: dt.datetime = row["saved"]
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    facts: dict[str, Any] = {**row, "saved": aware}
    return SavedRecord(**facts)
