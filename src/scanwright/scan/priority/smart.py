"""The order that finds hits soonest: chances, made better by what this run has found, over what each symbol costs.

1. The chance of each symbol on its next bar (`chances.py`), with the market, its volume and the sectors as they are
   today as far as the judged symbols tell.
2. Sectors in which more hits were found than the chances said rise, those with fewer fall.
3. A symbol that moves nearly as one that is a hit already tells little new: it waits.
4. A symbol that lacks many bars costs more than one that lacks the last.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scanwright.model.panel import Floats, Ints, Panel
from scanwright.scan.judge import Case
from scanwright.scan.priority.chances import Chances

BELIEF = 3.0  # hits' worth of belief that a sector has as many as the chances say
TWIN, TWIN_WORTH = 0.97, 0.5  # correlation from which two symbols are one thing, and what the second is worth
TWIN_FRAMES = 60


class Smart:
    """Values of symbols for one scan and frame."""

    def __init__(self, case: Case, before: Panel, frame: Panel, cost: Floats, *, seed: int = 7) -> None:
        """Stand before a frame. cost: what looking at each symbol costs, in requests `[N]`."""
        self._chances = Chances(case, before, frame, seed=seed)
        self._cost = np.maximum(cost, 1e-6)
        self._first: Floats | None = None

    def values(self, judged: Ints, bars: Mapping[str, Floats], hits: Ints) -> Floats:
        """What looking at each symbol is worth: expected hits for a request; of those that were there at the start."""
        known = judged < len(self._cost)
        judged, bars = judged[known], {name: values[known] for name, values in bars.items()}
        hits = hits[hits < len(self._cost)]
        found = self._chances.after(judged, bars)
        if self._first is None:
            self._first = found
        return found * self._sectors(judged, hits) * self._twins(hits) / self._cost

    def _sectors(self, judged: Ints, hits: Ints) -> Floats:
        """By how much each symbol's sector has more hits than was to be expected."""
        group = self._chances.habits.group
        kinds = int(group.max(initial=0)) + 1
        first = np.minimum(self._first if self._first is not None else np.zeros(len(group)), 1.0)
        expected = np.bincount(group[judged], first[judged], kinds)
        found = np.bincount(group[hits], minlength=kinds)
        return ((found + BELIEF) / (expected + BELIEF))[group]

    def _twins(self, hits: Ints) -> Floats:
        """Half for a symbol that goes hand in hand with a hit."""
        habits = self._chances.habits
        worth = np.ones(len(habits.pull))
        if not len(hits) or habits.frames < TWIN_FRAMES:
            return worth
        moves = np.where(habits.known, np.nan_to_num(habits.shape["close"]), 0.0)[-TWIN_FRAMES:]
        size = np.sqrt((moves * moves).sum(axis=0))
        along = moves.T @ moves[:, hits[-TWIN_FRAMES:]]
        with np.errstate(all="ignore"):
            alike = np.nan_to_num(along / (size[:, None] * size[hits[-TWIN_FRAMES:]]))
        worth[(alike > TWIN).any(axis=1)] = TWIN_WORTH
        return worth
