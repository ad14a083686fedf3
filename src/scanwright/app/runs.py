"""Runs on record as people look at them: found by the beginning of their id, listed, compared, put into rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from scanwright.app.rows import Rows, of_objects
from scanwright.model.errors import Conflict, SettingsError
from scanwright.scan.run.recorder import PAGE, results_of

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright.model.run import Event, RunRecord
    from scanwright.scan.now import Hit
    from scanwright.store.records.database import Database

LISTED = ("run", "started", "status", "reason", "hits", "universe", "seconds", "where")
COMPARED = ("symbol", "in", "ts_first", "ts_second", "rank_first", "rank_second")
DAYS = {"d": 1, "w": 7, "y": 365}


def found(records: Database, folder: Path, id: str) -> RunRecord:
    """A run by its id, or by a beginning that no other has; `SettingsError` where there is none."""
    from scanwright.app.records import as_it_is

    run = records.get(id)
    if run is None:
        alike = [each.id for each in records.runs(10_000) if each.id.startswith(id)]
        if len(alike) != 1:
            said = f"{len(alike)} that begin so" if alike else "none"
            raise SettingsError(expected=f"a run {id!r}", found=said, todo="scanwright runs list shows them")
        run = records.get(alike[0])
    return as_it_is(folder, cast("RunRecord", run), records)


def told(records: Database, run: RunRecord) -> Sequence[Event]:
    """Everything that a run has told."""
    whole: list[Event] = []
    while page := records.events(run.id, len(whole), PAGE):
        whole += page
    return whole


def run_rows(runs: Sequence[RunRecord]) -> Rows:
    """A row a run."""
    return of_objects(LISTED, (_listed(each) for each in runs))


def _listed(run: RunRecord) -> Mapping[str, Any]:
    receipt: Mapping[str, Any] = run.receipt or {}
    facts = {"run": run.id, "started": stamp(run.started), "status": run.status, "reason": run.reason}
    counts = {"hits": run.hits, "universe": receipt.get("universe"), "seconds": receipt.get("seconds")}
    return {**facts, **counts, "where": str(run.definition.get("where", "")).strip()}


def hit_rows(run: RunRecord, events: Sequence[Event]) -> Rows:
    """The hits of a run in the order of its ranking: symbol, ts, close, the ranking, the columns, what is beside."""
    found = results_of(events)
    facts = [
        {**found.beside.get(hit.symbol, {}), "symbol": hit.symbol, "ts": hit.ts, **hit.values} for hit in found.ranked()
    ]
    first = ("symbol", "ts", "close", *(("rank",) if run.definition.get("rank") else ()))
    columns = [name for hit in found.hits.values() for name in hit.values]
    further = [name for each in found.beside.values() for name in each]
    rest = [name for name in dict.fromkeys([*columns, *further]) if name not in {*first, "rank"}]
    return of_objects((*first, *rest), facts)


def run_document(run: RunRecord) -> dict[str, Any]:
    """What is known of a run beside its hits and events."""
    ended = None if run.ended is None else stamp(run.ended)
    return {
        "run": run.id,
        "status": run.status,
        "reason": run.reason,
        "started": stamp(run.started),
        "ended": ended,
        "market": run.market,
        "scan": dict(run.definition),
        "asked": dict(run.asked),
        "receipt": run.receipt,
    }


def sentence(run: RunRecord) -> str:
    """How a run ended, and its receipt in words."""
    from scanwright.scan.receipt import Receipt

    if run.receipt is None:
        return f"{run.reason or run.status}; no receipt"
    names = {each.name for each in dataclasses.fields(Receipt)} - {"worth"}
    facts: dict[str, Any] = {name: run.receipt[name] for name in names & run.receipt.keys()}
    return f"{run.reason}: {Receipt(**facts).sentence()}"


def compared(first: Sequence[Hit], second: Sequence[Hit]) -> Rows:
    """The hits of two runs beside each other: `in` both, the first or the second; who is in one only comes first."""
    one, two = ({hit.symbol: hit for hit in hits} for hits in (first, second))
    rows: list[Mapping[str, Any]] = []
    for symbol in sorted(one.keys() | two.keys(), key=lambda each: (each in one and each in two, each)):
        where = "both" if symbol in one and symbol in two else "first" if symbol in one else "second"
        facts: dict[str, Any] = {"symbol": symbol, "in": where}
        for name, hits in (("first", one), ("second", two)):
            if symbol in hits:
                facts |= {f"ts_{name}": hits[symbol].ts, f"rank_{name}": hits[symbol].values.get("rank")}
        rows.append(facts)
    return of_objects(COMPARED, rows)


def differences(first: RunRecord, second: RunRecord) -> Sequence[str]:
    """In words, what two runs had in common and what not: the definition, the bars, the result."""
    one, two = (run.receipt or {} for run in (first, second))
    named = {"plan_hash": "definition", "data_hash": "bars", "result_hash": "result"}
    same = {word: bool(one.get(key)) and one.get(key) == two.get(key) for key, word in named.items()}
    return [f"{'the same' if is_same else 'another'} {word}" for word, is_same in same.items()]


def continuable(run: RunRecord) -> RunRecord:
    """The run, where it can go on; `Conflict` where it is over, or goes on elsewhere."""
    if run.status == "interrupted":
        return run
    todo = "run it anew" if run.status == "finished" else "wait: it goes on, or was killed less than a minute ago"
    raise Conflict(place=f"run {run.id}", expected="an interrupted run", found=f"one that is {run.status}", todo=todo)


def days_of(text: str) -> dt.timedelta:
    """How far back, as people write it.

    >>> days_of("30d").days, days_of("2w").days
    (30, 14)
    """
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and int(number) and unit in DAYS):
        raise SettingsError(expected="a number of days", found=repr(text), todo="write 30d, 4w or 1y")
    return dt.timedelta(days=int(number) * DAYS[unit])


def stamp(moment: dt.datetime) -> str:
    """A moment in UTC, to the second.

    >>> stamp(dt.datetime(2026, 1, 5, 21, 0, 0, 500, tzinfo=dt.UTC))
    '2026-01-05T21:00:00Z'
    """
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def lines(events: Sequence[Event]) -> str:
    """Events as lines of JSON, as they were told."""
    return "".join(f"{event.line.decode()}\n" for event in events)


def objects(events: Sequence[Event]) -> Sequence[Mapping[str, Any]]:
    """Events as values."""
    return [json.loads(event.line) for event in events]
