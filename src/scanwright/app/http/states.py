"""How a run stands: its hits in the order of the ranking, its stage, who was missed, folded from its events."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from scanwright.app.http.ports import Told
from scanwright.model.run import Event
from scanwright.scan.now import Hit
from scanwright.scan.run.recorder import take
from scanwright.scan.run.results import Results, told

MOST = 64  # runs whose state is kept


class State:
    """The events of a run so far, folded."""

    def __init__(self) -> None:
        """Nothing was told."""
        self.last = 0
        self.found = Results()
        self.stage: Mapping[str, Any] | None = None
        self.finished: Mapping[str, Any] | None = None
        self._ranked: Sequence[Hit] | None = None

    def add(self, events: Sequence[Event]) -> None:
        """Take further events."""
        for event in events:
            take(self.found, event)
            if event.type == "stage":
                self.stage = event.read()
            elif event.type in {"started", "finished"}:
                self.finished = event.read() if event.type == "finished" else None
            self.last = event.seq
            self._ranked = None

    def hits(self) -> Sequence[Hit]:
        """The hits in the order of the ranking."""
        if self._ranked is None:
            self._ranked = self.found.ranked()
        return self._ranked

    def document(self, id: str) -> Mapping[str, object]:
        """The present state as an event would say it."""
        missed: dict[str, int] = {}
        for each in self.found.misses.values():
            missed[each.reason] = missed.get(each.reason, 0) + 1
        hits = [
            told(hit, place, provisional=hit.symbol in self.found.provisional)
            for place, hit in enumerate(self.hits(), 1)
        ]
        facts = {"seq": self.last, "type": "state", "run": id, "hits": hits, "missed": missed}
        return {**facts, "stage": self.stage, "finished": self.finished}


class States:
    """The states of the runs that somebody looked at lately; each is folded on, never again from the beginning."""

    def __init__(self) -> None:
        """Nobody has looked."""
        self._kept: dict[str, tuple[State, asyncio.Lock]] = {}

    async def of(self, id: str, story: Told) -> State:
        """How a run stands now."""
        state, lock = self._kept.pop(id, None) or (State(), asyncio.Lock())
        self._kept[id] = (state, lock)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        async with lock:
            reading = story.read(state.last, 0.0)
            try:
                async for batch in reading:
                    if not batch:
                        break
                    state.add(batch)
            finally:
                await reading.aclose()
        return state
