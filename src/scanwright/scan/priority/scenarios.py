"""What may come next: past frames put after the last one, moved to where today seems to be.

A scenario takes every symbol's bar of one past frame, in that symbol's usual sizes, so that symbols move together as
they did then. What the whole market, its opening, its volume and each sector did on that frame is taken out as far as
today's is known, and today's is put in. What a single symbol did by itself stays, and is where scenarios differ.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from scanwright.model.panel import Floats, Ints, Panel
from scanwright.scan.priority.habits import Habits
from scanwright.scan.priority.today import Today

LASTING = 0.5  # of a surge in volume is still there on the next bar
FURTHER = 7  # scenarios on, where a symbol had no bar in its own


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Scenarios:
    """Some past frames that stand for what may come.

    after: a panel of one row, the frame that is asked about; its symbols, time and facts are taken, not its bars.
    """

    habits: Habits
    days: Ints
    after: Panel

    def rows(self, today: Today) -> Iterator[Panel]:
        """Each scenario as the row that would come; a symbol of which nothing is known has no bar."""
        for at in range(len(self.days)):
            yield self._row(at, today)

    def _row(self, at: int, today: Today) -> Panel:
        habits, day = self.habits, int(self.days[at])
        told = self._told(at)
        moved = habits.pull * today.sure * (today.market - habits.market[day]) + self._sectors(day, today)
        opened = told["open"] + habits.pull * today.sure * (today.opening - habits.opening[day])
        close = told["close"] + moved
        high = np.maximum(told["high"] + moved, np.maximum(opened, close))
        low = np.minimum(told["low"] + moved, np.minimum(opened, close))
        shape = {"open": opened, "high": high, "low": low, "close": close}
        surge = np.nan_to_num(habits.sizes.surge) - told["surge"]
        flow = told["volume"] + LASTING * surge + today.sure * (today.flow - habits.flow[day])
        fields = habits.sizes.bars(shape, flow)
        bar = np.all([np.isfinite(values) for values in fields.values()], axis=0)
        whole = {name: np.where(bar, values, np.nan)[None] for name, values in fields.items()}
        return dataclasses.replace(self.after, fields=whole, bar=bar[None].astype(np.uint8))

    def _told(self, at: int) -> dict[str, Floats]:
        """The bars of a past frame; a symbol that had none then has the one of another scenario."""
        habits, day = self.habits, int(self.days[at])
        there: dict[str, Floats] = {**habits.shape, "volume": habits.volume, "surge": habits.surge}
        lacking = ~habits.known[day]
        if not lacking.any():
            return {name: values[day] for name, values in there.items()}
        other = int(self.days[(at + FURTHER) % len(self.days)])
        known = ~lacking | habits.known[other]
        found: dict[str, Floats] = {
            name: np.where(lacking, values[other], values[day]) for name, values in there.items()
        }
        return {name: np.where(known, values, 0.0) for name, values in found.items()}

    def _sectors(self, day: int, today: Today) -> Floats:
        habits = self.habits
        if not today.sector_sure.any():
            return np.zeros(len(habits.pull))
        known = habits.known[day]
        beyond = np.where(known, habits.shape["close"][day] - habits.pull * habits.market[day], 0.0)
        kinds = len(today.sectors)
        count = np.maximum(np.bincount(habits.group, known, kinds), 1)
        then = np.bincount(habits.group, beyond, kinds) / count
        return (today.sectors - today.sector_sure * then)[habits.group]


def drawn(frames: int, count: int, seed: int) -> Ints:
    """So many different past frames, spread over all of them; the same for the same seed.

    >>> drawn(3, 10, 7).tolist()
    [0, 1, 2]
    """
    if count >= frames:
        return np.arange(frames)
    return np.sort(np.random.default_rng(seed).choice(frames, count, replace=False)).astype(np.int64)
