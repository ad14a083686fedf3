"""Events: who has one on the frame that is asked about, and what bars were like on which others had one.

A day of earnings is not like other days. Whoever has an event that was announced for the frame, or that came since the
last bar, is thought of with the bars of frames on which there was one, of whichever symbol, in usual sizes.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.engine.dated import ends_of
from scanwright.model.panel import Ints, Panel
from scanwright.scan.priority.habits import Flags, Habits

SO_FAR = "events_so_far"
KINDS = ("earnings", "filing", "news")  # a dividend or a split is taken out of the prices
STRIDE = 7919  # a prime, so that neighbouring scenarios take bars that lie far apart
LEAST = 20  # bars with an event; fewer say nothing


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Happenings:
    """The symbols that have an event, and where in `Habits` bars with one are.

    symbols: `[E]` their columns. frames, columns: `[B]` each, the places of the bars.
    """

    symbols: Ints
    frames: Ints
    columns: Ints

    def drawn(self, days: Ints) -> tuple[Ints, Ints]:
        """Where the bars for some scenarios are, `[days, E]`: spread over all of them, the same for the same days."""
        chosen = (days[:, None] * STRIDE + np.arange(len(self.symbols))) % len(self.frames)
        return self.frames[chosen], self.columns[chosen]


def happenings_of(before: Panel, frame: Panel, habits: Habits) -> Happenings | None:
    """What is known of events before a frame; None where nobody has one, or too few had."""
    now, then = _on(before, frame, habits.frames)
    if now is None or then is None or not now.any():
        return None
    frames, columns = np.nonzero(then & habits.known[-len(then) :])
    frames += habits.frames - len(then)  # of the first frame of all nothing is known of the moment before
    if len(frames) < LEAST:
        return None
    return Happenings(symbols=np.flatnonzero(now), frames=frames, columns=columns)


def _on(before: Panel, frame: Panel, count: int) -> tuple[Flags | None, Flags | None]:
    """Who has an event on the frame `[N]`, and on the last frames before it `[count, N]`."""
    told = [kind for kind in before.dated.told(SO_FAR) if kind in KINDS]
    count = min(count, before.shape[0] - 1)
    if not told or count < 1:
        return None, None
    ends = np.concatenate([ends_of(before.rows(before.shape[0] - count - 1, before.shape[0])), ends_of(frame)])
    happened = np.zeros((count + 1, before.shape[1]), np.bool_)
    for kind in told:
        steps = before.dated.get(f"{SO_FAR} {kind}")
        if steps is not None:
            happened |= np.diff(np.nan_to_num(steps.table(ends)), axis=0) > 0
    return happened[-1], happened[:-1]
