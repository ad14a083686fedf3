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
from scanwright.scan.priority.happenings import Happenings
from scanwright.scan.priority.today import Today

LASTING = 0.5  # of a surge in volume is still there on the next bar
QUARTER, YEAR, NEAR = 63, 4, 3  # sessions of a quarter, quarters of a year, sessions by which reports are early or late
FURTHER = 7  # scenarios on, where a symbol had no bar in its own


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Scenarios:
    """Some past frames that stand for what may come.

    after: a panel of one row, the frame that is asked about; its symbols, time and facts are taken, not its bars. It
    holds the symbols once or `together` times, so many scenarios side by side. happenings: who has an event then.
    """

    habits: Habits
    days: Ints
    after: Panel
    together: int = 1
    happenings: Happenings | None = None

    def rows(self, today: Today) -> Iterator[Panel]:
        """The scenarios as rows that would come, `together` in each; a symbol of which nothing is known has no bar.

        Where they do not fill the last row, it goes on with the first ones again.
        """
        count = len(self.days)
        for start in range(0, count, self.together):
            yield self._row(np.arange(start, start + self.together) % count, today)

    def _row(self, at: Ints, today: Today) -> Panel:
        habits, days = self.habits, self.days[at]
        told = self._told(at)
        moved = habits.pull * today.sure * (today.market - habits.market[days])[:, None] + self._sectors(days, today)
        opened = told["open"] + habits.pull * today.sure * (today.opening - habits.opening[days])[:, None]
        close = told["close"] + moved
        high = np.maximum(told["high"] + moved, np.maximum(opened, close))
        low = np.minimum(told["low"] + moved, np.minimum(opened, close))
        shape = {"open": opened, "high": high, "low": low, "close": close}
        surge = np.nan_to_num(habits.sizes.surge) - told["surge"]
        flow = told["volume"] + LASTING * surge + today.sure * (today.flow - habits.flow[days])[:, None]
        fields = habits.sizes.bars(shape, flow)
        bar = np.all([np.isfinite(values) for values in fields.values()], axis=0)
        whole = {name: np.where(bar, values, np.nan).reshape(1, -1) for name, values in fields.items()}
        return dataclasses.replace(self.after, fields=whole, bar=bar.reshape(1, -1).astype(np.uint8))

    def _told(self, at: Ints) -> dict[str, Floats]:
        """The bars of past frames; who has an event gets one of a frame on which somebody had."""
        told = self._own(at)
        if self.happenings is not None:
            there: dict[str, Floats] = {**self.habits.shape, "volume": self.habits.volume, "surge": self.habits.surge}
            place = self.happenings.drawn(self.days[at])
            for name, values in told.items():
                values[:, self.happenings.symbols] = there[name][place]
        return told

    def _own(self, at: Ints) -> dict[str, Floats]:
        """The bars of past frames; a symbol that had none then has the one of another scenario."""
        habits, days = self.habits, self.days[at]
        there: dict[str, Floats] = {**habits.shape, "volume": habits.volume, "surge": habits.surge}
        lacking = ~habits.known[days]
        if not lacking.any():
            return {name: values[days] for name, values in there.items()}
        others = self.days[(at + FURTHER) % len(self.days)]
        known = ~lacking | habits.known[others]
        found: dict[str, Floats] = {
            name: np.where(lacking, values[others], values[days]) for name, values in there.items()
        }
        return {name: np.where(known, values, 0.0) for name, values in found.items()}

    def _sectors(self, days: Ints, today: Today) -> Floats:
        """What each symbol's sector does today instead of what it did then."""
        habits = self.habits
        if not today.sector_sure.any():
            return np.zeros((len(days), len(habits.pull)))
        return (today.sectors - today.sector_sure * habits.beyond[days])[:, habits.group]


def drawn(frames: int, count: int, seed: int) -> Ints:
    """So many different past frames, spread over all of them; the same for the same seed.

    >>> drawn(3, 10, 7).tolist()
    [0, 1, 2]
    """
    if count >= frames:
        return np.arange(frames)
    return np.sort(np.random.default_rng(seed).choice(frames, count, replace=False)).astype(np.int64)


def quarters_ago(frames: int) -> Ints:
    """The past frames that lie whole quarters before the next one, and those near them: companies report every quarter.

    >>> quarters_ago(70).tolist()
    [4, 5, 6, 7, 8, 9, 10]
    """
    found = [frames - QUARTER * back + near for back in range(1, YEAR + 1) for near in range(-NEAR, NEAR + 1)]
    return np.array(sorted(each for each in found if 0 <= each < frames), np.int64)
