"""The records of runs that belong to a market: where they are, and what short runs leave for them.

A scan of bars at hand is over before a database is even loaded. It leaves its record as a small file in `runs/` of the
market, and whoever opens the records next takes these files in.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanwright.app.settings import Settings
from scanwright.model.clock import Clock
from scanwright.model.errors import StoreError
from scanwright.model.run import Event, RunRecord

if TYPE_CHECKING:
    from scanwright.store.records.database import Database

LEFT, FILE = "runs", "runs.sqlite"
TIMES = ("started", "ended")


def left(folder: Path, record: RunRecord, events: Sequence[Event]) -> None:
    """Leave the record of a run that is over, for the next who opens the records."""
    from scanwright.store.files import write_whole

    place = folder / LEFT
    place.mkdir(exist_ok=True)
    facts = dataclasses.asdict(record)
    times = {name: None if facts[name] is None else facts[name].isoformat() for name in TIMES}
    whole = facts | times | {"events": [event.line.decode() for event in events]}
    write_whole(place / f"{record.id}.json", json.dumps(whole, ensure_ascii=False).encode())


@contextlib.contextmanager
def opened(folder: Path, settings: Settings, clock: Clock) -> Generator[Database]:
    """The records of a market's runs, with whatever short runs have left."""
    from scanwright.store.records.database import Database

    found = Database(settings.records.reveal() or f"sqlite:///{folder.absolute() / FILE}", clock)
    try:
        for path in sorted((folder / LEFT).glob("*.json")):
            _taken(found, path)
        yield found
    finally:
        found.close()


def _taken(records: Database, path: Path) -> None:
    """Take a file in, once; of several processes that find it, those that come late find it done."""
    try:
        whole = json.loads(path.read_bytes())
    except FileNotFoundError:
        return
    events = [_event(text) for text in whole.pop("events")]
    record = _record(whole)
    try:
        if not records.events(record.id, 0, 1):
            records.begin(record)
            records.add(record.id, events, record.judged)
    except StoreError:
        if not records.events(record.id, 0, 1):  # else another process took it in just now
            raise
    path.unlink(missing_ok=True)


def _event(text: str) -> Event:
    said = json.loads(text)
    return Event(seq=said["seq"], type=said["type"], line=text.encode())


def _record(facts: Mapping[str, Any]) -> RunRecord:
    moments: dict[str, Any] = {name: facts[name] and dt.datetime.fromisoformat(facts[name]) for name in TIMES}
    whole: dict[str, Any] = {**facts, **moments, "judged": tuple(facts["judged"])}
    return RunRecord(**whole)
