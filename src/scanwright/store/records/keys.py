"""Keys and sessions in the database: hashes, never what they were made of."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from scanwright.model.clock import Clock
from scanwright.store.records.opening import told
from scanwright.store.records.tables import KEYS, SESSIONS


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class KeyRecord:
    """A key as it is kept: whose it is, what it may do, and how much of it."""

    id: str
    name: str
    hash: str
    scopes: tuple[str, ...]
    limits: Mapping[str, float]
    made: dt.datetime
    revoked: dt.datetime | None = None


class KeyTable:
    """The keys of a database.

    >>> from scanwright.model.clock import SettableClock
    >>> from scanwright.store.records.opening import opened
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> keys = KeyTable(opened("sqlite://"), clock)
    >>> keys.add(KeyRecord(id="a1", name="phone", hash="5e8f", scopes=("read",), limits={}, made=clock.now()))
    >>> keys.revoke("a1"), keys.revoke("a1"), keys.get("a1").revoked == clock.now()
    (True, False, True)
    """

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        """The tables of an engine that `opened` has brought up to date."""
        self._engine, self._clock = engine, clock

    def add(self, key: KeyRecord) -> None:
        """Keep a key."""
        values = dataclasses.asdict(key) | {"scopes": list(key.scopes), "limits": dict(key.limits)}
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.insert(KEYS).values(**values))

    def get(self, id: str) -> KeyRecord | None:
        """A key by its id, a revoked one too."""
        with told(self._engine), self._engine.connect() as connection:
            row = connection.execute(sa.select(KEYS).where(KEYS.c.id == id)).mappings().first()
        return None if row is None else _key(row)

    def all(self) -> Sequence[KeyRecord]:
        """Every key that was ever made, the oldest first."""
        with told(self._engine), self._engine.connect() as connection:
            rows = connection.execute(sa.select(KEYS).order_by(KEYS.c.made, KEYS.c.id)).mappings().all()
        return [_key(row) for row in rows]

    def revoke(self, id: str) -> bool:
        """Let a key open nothing any more, and end its sessions; whether it did until now."""
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.key == id))
            valid = sa.and_(KEYS.c.id == id, KEYS.c.revoked.is_(None))
            done = connection.execute(sa.update(KEYS).where(valid).values(revoked=self._clock.now()))
        return done.rowcount > 0

    def begin(self, hash: str, key: str, until: dt.datetime) -> None:
        """A browser has signed in; sessions that are over go."""
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.until < self._clock.now()))
            connection.execute(sa.insert(SESSIONS).values(hash=hash, key=key, until=until))

    def of_session(self, hash: str) -> KeyRecord | None:
        """The key that a session was begun with, unless it is over or the key is revoked."""
        joined = sa.select(KEYS).join(SESSIONS, SESSIONS.c.key == KEYS.c.id)
        chosen = joined.where(SESSIONS.c.hash == hash, SESSIONS.c.until > self._clock.now(), KEYS.c.revoked.is_(None))
        with told(self._engine), self._engine.connect() as connection:
            row = connection.execute(chosen).mappings().first()
        return None if row is None else _key(row)

    def end(self, hash: str) -> None:
        """A browser has signed out."""
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.hash == hash))


def _key(row: Mapping[Any, Any]) -> KeyRecord:
    return KeyRecord(
        id=row["id"],
        name=row["name"],
        hash=row["hash"],
        scopes=tuple(row["scopes"]),
        limits=dict(row["limits"]),
        made=_utc(row["made"]),
        revoked=None if row["revoked"] is None else _utc(row["revoked"]),
    )


def _utc(moment: dt.datetime) -> dt.datetime:
    """SQLite keeps no zone; what went in was UTC."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
