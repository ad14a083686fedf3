"""A run in values: what it is asked, what it tells as it goes, how it ends. Records keep these, readers get them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Literal

from scanwright.model.errors import SettingsError

EventType = Literal["started", "stage", "hit", "rank", "miss", "finished"]
Reason = Literal["complete", "enough", "budget", "cancelled", "failed"]
Status = Literal["running", "finished", "interrupted"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """When a run has done enough; the first that is met ends it, and nothing given is never met.

    hits: so many were found. good: so many of those that `good_if`, a condition, holds for. seconds, requests, dollars:
    at most. top: only the first so many of the ranking are wanted, so the run ends when they can no longer change.
    """

    hits: int | None = None
    good: int | None = None
    good_if: str = ""
    seconds: float | None = None
    requests: int | None = None
    dollars: float | None = None
    top: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, all of it at once."""
        counts = {name: getattr(self, name) for name in ("hits", "good", "requests", "top")}
        wrong = [f"{name} {value}" for name, value in counts.items() if value is not None and value < 1]
        amounts = {name: getattr(self, name) for name in ("seconds", "dollars")}
        wrong += [f"{name} {value:g}" for name, value in amounts.items() if value is not None and not 0 < value < 1e9]
        if self.good is not None and not self.good_if:
            wrong.append("a number of good hits without what makes one good")
        if wrong:
            todo = "give counts from 1 and amounts above 0, and --good with a condition"
            raise SettingsError(expected="a rule that can be met", found="; ".join(wrong), todo=todo)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened in a run; `seq` counts from 1 without a gap.

    line: the whole event as JSON, made once: every reader, and the record, gets these bytes.

    >>> event = Event.made(3, "hit", dt.datetime(2026, 1, 5, tzinfo=dt.UTC), {"symbol": "AAPL"})
    >>> event.line
    b'{"seq":3,"type":"hit","at":"2026-01-05T00:00:00+00:00","symbol":"AAPL"}'
    """

    seq: int
    type: EventType
    line: bytes

    @classmethod
    def made(cls, seq: int, type: EventType, at: dt.datetime, body: Mapping[str, object]) -> Event:
        """An event from what it says; numbers that JSON has no word for must not be among it."""
        whole = {"seq": seq, "type": type, "at": at.isoformat(), **body}
        text = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return cls(seq=seq, type=type, line=text.encode())

    def read(self) -> dict[str, Any]:
        """What it says."""
        return json.loads(self.line)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """What is kept of a run beside its events.

    definition: the scan as plain values. asked: order, stop rule, provider and whatever else it was started with.
    judged: the symbols that need not be looked at again, of a run that is to go on. receipt: of one that ended.
    """

    id: str
    status: Status
    started: dt.datetime
    definition: Mapping[str, object]
    asked: Mapping[str, object]
    plan_hash: str = ""
    market: str = ""
    ended: dt.datetime | None = None
    reason: Reason | None = None
    judged: tuple[str, ...] = ()
    receipt: Mapping[str, object] | None = None
    hits: int = 0
