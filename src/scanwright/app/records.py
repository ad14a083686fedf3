"""The records of runs that belong to a market: where they are, and what short runs leave for them.

A scan of bars at hand is over before a database is even loaded. It leaves what it found as a small file in `runs/` of
the market, and whoever opens the records next takes these files in; where there are many, the scan itself does.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import math
import os
import shutil
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanwright.model.errors import StoreError
from scanwright.store.files import disk, write_whole
from scanwright.store.lock import is_left, writing

if TYPE_CHECKING:
    import numpy as np

    from scanwright.app.settings import Settings
    from scanwright.model.clock import Clock
    from scanwright.model.run import Event, RunRecord
    from scanwright.scan.definition import Scan
    from scanwright.scan.now import Found
    from scanwright.scan.ports import Records
    from scanwright.store.records.database import Database

LEFT, FILE, GOING = "runs", "runs.sqlite", "going-"
TIMES = ("started", "ended")
MANY = 200  # files that may wait to be taken in


def left(folder: Path, scan: Scan, found: Found, as_of: np.datetime64 | None, started: dt.datetime) -> int:
    """Leave what a scan of bars at hand has found, for the next who opens the records; how many files wait now."""
    whole = {
        "started": started.isoformat(),
        "scan": definition_of(scan),
        "as_of": None if as_of is None else str(as_of),
        "hits": [[each.symbol, each.ts, each.values] for each in found.hits],
        "misses": [[each.symbol, each.reason, each.last] for each in found.misses],
        "receipt": dataclasses.asdict(found.receipt),
    }
    return _leave(folder, os.urandom(8).hex(), whole)


def left_run(folder: Path, run: RunRecord, events: Sequence[Event]) -> int:
    """Leave a whole run that is over; how many files wait now."""
    facts = dataclasses.asdict(run)
    times = {name: None if facts[name] is None else facts[name].isoformat() for name in TIMES}
    return _leave(folder, run.id, {"run": facts | times, "events": [each.line.decode() for each in events]})


def _leave(folder: Path, id: str, whole: Mapping[str, object]) -> int:
    place = folder / LEFT
    with disk(place):
        place.mkdir(exist_ok=True)
        waiting = sum(1 for _ in place.iterdir())
    write_whole(place / f"{id}.json", json.dumps(_finite(whole), ensure_ascii=False).encode())
    return waiting + 1


def definition_of(scan: Scan) -> Mapping[str, object]:
    """A scan as plain values, from which it can be made again."""
    found = {name: value for name, value in dataclasses.asdict(scan).items() if value}
    return found | {"interval": scan.interval.value}


@contextlib.contextmanager
def opened(folder: Path, settings: Settings, clock: Clock) -> Generator[Database]:
    """The records of a market's runs, with whatever short runs have left."""
    from scanwright.store.records.database import Database

    found = Database(settings.records.reveal() or f"sqlite:///{folder.absolute() / FILE}", clock)
    try:
        for path in sorted((folder / LEFT).glob("*.json")):
            _taken(found, path, folder)
        yield found
    finally:
        found.close()


@contextlib.contextmanager
def going(folder: Path, run: str) -> Generator[None]:
    """Hold the mark of a run that goes on in this process; `Conflict` where another one has it."""
    place = folder / LEFT / f"{GOING}{run}"
    with disk(place):
        place.mkdir(parents=True, exist_ok=True)
    with writing(place):
        yield
        shutil.rmtree(place, ignore_errors=True)


def is_killed(folder: Path, run: str) -> bool:
    """Whether the process that did a run, on a machine that has this folder, ended before the run did."""
    return is_left(folder / LEFT / f"{GOING}{run}")


def as_it_is(folder: Path, run: RunRecord, records: Records) -> RunRecord:
    """A run's record; one whose process was killed here is interrupted, also before it was silent for long."""
    if run.status != "running" or not is_killed(folder, run.id):
        return run
    now = records.get(run.id) or run  # it may have ended just now: its mark goes after that is on record
    return dataclasses.replace(now, status="interrupted") if now.status == "running" else now


def _taken(records: Database, path: Path, folder: Path) -> None:
    """Take a file in, once; of several processes that find it, those that come late find it done."""
    from scanwright.app.leaving import told_of

    try:
        facts: Mapping[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return
    record, events = told_of(path.stem, facts, str(folder))
    try:
        if not records.events(record.id, 0, 1):
            records.begin(record)
            records.add(record.id, events, ())
    except StoreError:
        if not records.events(record.id, 0, 1):  # else another process took it in just now
            raise
    path.unlink(missing_ok=True)


def _finite(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same without numbers that JSON has no word for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value
