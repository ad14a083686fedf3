"""What a scan of bars at hand has left, told as any run is: a record and its events."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scanwright.app.records import TIMES
from scanwright.app.running import Ask
from scanwright.model.clock import SettableClock
from scanwright.model.run import Event, RunRecord
from scanwright.scan.definition import of_table
from scanwright.scan.now import Hit
from scanwright.scan.run.journal import Journal
from scanwright.scan.run.results import told


def told_of(id: str, facts: Mapping[str, Any], market: str) -> tuple[RunRecord, Sequence[Event]]:
    """The record and the events of what `records.left` or `records.left_run` has written down."""
    return _run(facts["run"], facts["events"]) if "run" in facts else _scan(id, facts, market)


def _run(facts: Mapping[str, Any], lines: Sequence[str]) -> tuple[RunRecord, Sequence[Event]]:
    moments: dict[str, Any] = {name: facts[name] and dt.datetime.fromisoformat(facts[name]) for name in TIMES}
    whole: dict[str, Any] = {**facts, **moments, "judged": tuple(facts["judged"])}
    return RunRecord(**whole), [_event(line) for line in lines]


def _event(line: str) -> Event:
    said = json.loads(line)
    return Event(seq=said["seq"], type=said["type"], line=line.encode())


def _scan(id: str, facts: Mapping[str, Any], market: str) -> tuple[RunRecord, Sequence[Event]]:
    started = dt.datetime.fromisoformat(facts["started"])
    receipt: Mapping[str, Any] = facts["receipt"]
    as_of = None if facts["as_of"] is None else np.datetime64(facts["as_of"])
    ask = Ask(scan=of_table(facts["scan"]), as_of=as_of)
    clock = SettableClock(started)
    journal = Journal(clock)
    journal.tell("started", {"scan": facts["scan"], "order": ask.order, "stop": {}})
    clock.advance(receipt["seconds"])
    for at, (symbol, ts, values) in enumerate(facts["hits"], 1):
        journal.tell("hit", told(Hit(symbol=symbol, ts=ts, values=values), at))
    for symbol, reason, last in facts["misses"]:
        journal.tell("miss", {"symbol": symbol, "reason": reason, "last": last, "stage": "screen"})
    journal.tell("finished", {"reason": "complete", "receipt": receipt})
    record = RunRecord(
        id=id,
        status="finished",
        started=started,
        ended=clock.now(),
        reason="complete",
        definition=facts["scan"],
        asked=ask.plain(),
        plan_hash=receipt["plan_hash"],
        market=market,
        receipt=receipt,
        hits=len(facts["hits"]),
    )
    return record, journal.since(0)
