"""Run records in a database: what is written is there when the call returns, events and judged symbols together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from scanwright.model.clock import Clock
from scanwright.model.run import Event, RunRecord
from scanwright.store.records.keys import KeyTable
from scanwright.store.records.notes import NoteTable
from scanwright.store.records.opening import opened, told
from scanwright.store.records.saved import SavedTable
from scanwright.store.records.tables import EVENTS, HITS, JUDGED, RUNS

SILENT = dt.timedelta(seconds=60)
"""A run whose process has said nothing for so long is interrupted."""


class Database:
    """The records of an address; see `scan.ports.Records` for what each call promises.

    >>> from scanwright.model.clock import SettableClock
    >>> clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    >>> records = Database("sqlite://", clock)
    >>> records.begin(RunRecord(id="a", status="running", started=clock.now(), definition={}, asked={}))
    >>> records.add("a", [Event.made(1, "hit", clock.now(), {"symbol": "AAPL", "ts": "2026-01-02"})], ["AAPL"])
    >>> [run.id for run, _ in records.having("AAPL", clock.now())], records.get("a").judged
    (['a'], ('AAPL',))
    """

    def __init__(self, address: str, clock: Clock) -> None:
        """Open, and bring the tables up to date."""
        self._engine, self._clock = opened(address), clock

    @property
    def keys(self) -> KeyTable:
        """The keys that open the server."""
        return KeyTable(self._engine, self._clock)

    @property
    def saved(self) -> SavedTable:
        """The saved scans."""
        return SavedTable(self._engine, self._clock)

    @property
    def notes(self) -> NoteTable:
        """What people write about symbols."""
        return NoteTable(self._engine, self._clock)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def begin(self, run: RunRecord) -> None:
        """A run has started, or goes on."""
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.delete(RUNS).where(RUNS.c.id == run.id, ~_has_events(run.id)))
            known = connection.execute(sa.select(RUNS.c.id).where(RUNS.c.id == run.id)).first()
            if known is None:
                connection.execute(sa.insert(RUNS).values(**self._values(run)))
            else:
                connection.execute(sa.update(RUNS).where(RUNS.c.id == run.id).values(**self._values(run)))

    def add(self, run: str, events: Sequence[Event], judged: Sequence[str]) -> None:
        """These events happened and these symbols need not be looked at again: both or neither."""
        with told(self._engine), self._engine.begin() as connection:
            if events:
                rows = [{"run": run, "seq": each.seq, "type": each.type, "line": each.line} for each in events]
                connection.execute(sa.insert(EVENTS), rows)
            self._hits(connection, run, events)
            known = set(connection.execute(sa.select(JUDGED.c.symbol).where(JUDGED.c.run == run)).scalars())
            fresh = [each for each in dict.fromkeys(judged) if each not in known]
            if fresh:
                connection.execute(sa.insert(JUDGED), [{"run": run, "symbol": each} for each in fresh])
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run).values(alive=self._clock.now()))

    def alive(self, run: str) -> None:
        """The run's process goes on."""
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run).values(alive=self._clock.now()))

    def end(self, run: RunRecord) -> None:
        """A run has ended; its record as it is now."""
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run.id).values(**self._values(run)))

    def get(self, run: str) -> RunRecord | None:
        """A run, or nothing."""
        with told(self._engine), self._engine.connect() as connection:
            found = connection.execute(sa.select(RUNS).where(RUNS.c.id == run)).mappings().first()
            if found is None:
                return None
            symbols = sa.select(JUDGED.c.symbol).where(JUDGED.c.run == run).order_by(JUDGED.c.symbol)
            return self._record(found, tuple(connection.execute(symbols).scalars()))

    def events(self, run: str, after: int, most: int) -> Sequence[Event]:
        """The events of a run after one, at most so many."""
        chosen = sa.select(EVENTS).where(EVENTS.c.run == run, EVENTS.c.seq > after).order_by(EVENTS.c.seq).limit(most)
        with told(self._engine), self._engine.connect() as connection:
            rows = connection.execute(chosen).mappings().all()
        return [Event(seq=row["seq"], type=row["type"], line=bytes(row["line"])) for row in rows]

    def last(self, run: str) -> int:
        """The number of a run's latest event; 0 where there is none."""
        chosen = sa.select(sa.func.max(EVENTS.c.seq)).where(EVENTS.c.run == run)
        with told(self._engine), self._engine.connect() as connection:
            return connection.execute(chosen).scalar() or 0

    def heard(self, run: str) -> dt.datetime | None:
        """When a run's process last said that it goes on."""
        with told(self._engine), self._engine.connect() as connection:
            found = connection.execute(sa.select(RUNS.c.alive).where(RUNS.c.id == run)).scalar()
        return None if found is None else _utc(found)

    def runs(self, most: int, *, status: str = "") -> Sequence[RunRecord]:
        """The latest runs, the newest first."""
        chosen = sa.select(RUNS).order_by(RUNS.c.started.desc(), RUNS.c.id).limit(most)
        if status:
            chosen = chosen.where(self._has_status(status))
        with told(self._engine), self._engine.connect() as connection:
            return [self._record(row, ()) for row in connection.execute(chosen).mappings()]

    def before(self, run: RunRecord, most: int) -> Sequence[RunRecord]:
        """The latest runs of the same market that had started before one, and are over; the newest first."""
        earlier = sa.and_(RUNS.c.started < run.started, RUNS.c.market == run.market, RUNS.c.status == "finished")
        chosen = sa.select(RUNS).where(earlier).order_by(RUNS.c.started.desc(), RUNS.c.id).limit(most)
        with told(self._engine), self._engine.connect() as connection:
            return [self._record(row, ()) for row in connection.execute(chosen).mappings()]

    def symbols(self, run: str) -> Sequence[str]:
        """The symbols that a run had among its hits, by name."""
        chosen = sa.select(HITS.c.symbol).where(HITS.c.run == run).order_by(HITS.c.symbol)
        with told(self._engine), self._engine.connect() as connection:
            return list(connection.execute(chosen).scalars())

    def having(self, symbol: str, since: dt.datetime, most: int | None = None) -> Sequence[tuple[RunRecord, str]]:
        """The runs that had a symbol among their hits, each with the time of the hit's bar, the newest first."""
        joined = sa.select(RUNS, HITS.c.ts.label("hit")).join(HITS, HITS.c.run == RUNS.c.id)
        chosen = joined.where(HITS.c.symbol == symbol, RUNS.c.started >= since).order_by(RUNS.c.started.desc())
        chosen = chosen if most is None else chosen.limit(most)
        with told(self._engine), self._engine.connect() as connection:
            rows = connection.execute(chosen).mappings().all()
        return [(self._record(row, ()), str(row["hit"])) for row in rows]

    def _has_status(self, status: str) -> sa.ColumnElement[bool]:
        """Whether a run stands so; see `_record`."""
        silent = sa.and_(RUNS.c.status == "running", RUNS.c.alive < self._clock.now() - SILENT)
        if status == "running":
            return sa.and_(RUNS.c.status == status, ~silent)
        return sa.or_(RUNS.c.status == status, silent) if status == "interrupted" else RUNS.c.status == status

    def _hits(self, connection: sa.Connection, run: str, events: Sequence[Event]) -> None:
        """Keep the symbols beside the events: hits that came, less those that were withdrawn."""
        now: dict[str, str | None] = {}
        for each in events:
            said: Mapping[str, Any] = each.read() if each.type in {"hit", "rank"} else {}
            if each.type == "hit" or said.get("withdrawn"):
                now[said["symbol"]] = said["ts"] if each.type == "hit" else None
        rows = [{"run": run, "symbol": symbol, "ts": ts} for symbol, ts in now.items() if ts is not None]
        if now:
            own = sa.and_(HITS.c.run == run, HITS.c.symbol == sa.bindparam("known"))
            connection.execute(sa.delete(HITS).where(own), [{"known": symbol} for symbol in now])
        if rows:
            connection.execute(sa.insert(HITS), rows)

    def _values(self, run: RunRecord) -> dict[str, Any]:
        return {
            "id": run.id,
            "status": run.status,
            "started": run.started,
            "ended": run.ended,
            "alive": self._clock.now(),
            "reason": run.reason,
            "market": run.market,
            "plan_hash": run.plan_hash,
            "definition": dict(run.definition),
            "asked": dict(run.asked),
            "receipt": None if run.receipt is None else dict(run.receipt),
            "hits": run.hits,
        }

    def _record(self, row: Mapping[Any, Any], judged: tuple[str, ...]) -> RunRecord:
        """A run; one that says it is running, and has long said nothing, is interrupted."""
        silent = row["status"] == "running" and self._clock.now() - _utc(row["alive"]) > SILENT
        return RunRecord(
            id=row["id"],
            status="interrupted" if silent else row["status"],
            started=_utc(row["started"]),
            ended=None if row["ended"] is None else _utc(row["ended"]),
            reason=row["reason"],
            market=row["market"],
            plan_hash=row["plan_hash"],
            definition=row["definition"],
            asked=row["asked"],
            receipt=row["receipt"],
            hits=row["hits"],
            judged=judged,
        )


def _has_events(run: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(EVENTS.c.run == run)


def _utc(moment: dt.datetime) -> dt.datetime:
    """SQLite keeps no zone; what went in was UTC."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
