"""The bars after a hit, own bar by own bar, until a rule is through with it."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.learn.measured import Places
    from scanwright.model.panel import Bytes, Floats, Ints, Panel
    from scanwright.model.rule import Level, Rule


class Fate(enum.IntEnum):
    """How a hit ended; from `NO_NEXT_BAR` on it has no label, and is counted.

    >>> Fate.STOP.label, Fate.STOP.told, Fate.UNFILLABLE.told
    ('stop', True, False)
    """

    TARGET = 0
    STOP = 1
    TIME = 2
    ENDED = 3
    NO_NEXT_BAR = 4
    UNFILLABLE = 5
    OPEN = 6
    QUARANTINED = 7
    JUMP = 8
    MISSING = 9

    @property
    def label(self) -> str:
        """The word that people and files see."""
        return self.name.lower()

    @property
    def told(self) -> bool:
        """Whether there is a return."""
        return self < Fate.NO_NEXT_BAR


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Line:
    """The own bars of the symbols of some places, one symbol after the other.

    row: `[B]`, the frame of each bar. at: `[K]`, which of them each place is. begin, end: `[K]`, the first bar of its
    symbol, and the one after its last.
    """

    row: Ints
    at: Ints
    begin: Ints
    end: Ints

    @classmethod
    def of(cls, panel: Panel, places: Places) -> Line:
        """The bars of the symbols that have a place."""
        used, mine = np.unique(places.columns, return_inverse=True)
        bars = panel.bar if len(used) == panel.shape[1] else panel.bar[:, used]
        line, row = np.nonzero(np.ascontiguousarray(bars.T))
        ends = np.bincount(line, minlength=len(used)).cumsum()
        key = line * panel.shape[0] + row
        return cls(
            row=row,
            at=np.searchsorted(key, mine * panel.shape[0] + places.rows),
            begin=np.concatenate([[0], ends[:-1]]).astype(np.int64)[mine],
            end=ends[mine],
        )


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Ways:
    """Where each hit is bought and sold, `[K]`: bars of the line (-1 nowhere), prices, and how it ended."""

    fate: Bytes
    entered: Ints
    left: Ints
    bought: Floats
    sold: Floats


def walked(panel: Panel, columns: Ints, line: Line, rule: Rule, *, atr: Floats, over: NDArray[np.bool_]) -> Ways:
    """Follow every hit from the open of its next own bar.

    atr: `[K]`, what a level in average true ranges is counted in. over: `[K]`, whether the symbol's series has ended,
    so that its last close is an exit.
    A bar that opens beyond a level is filled at its open. Of a bar that reaches both levels the stop comes first.
    """
    steps = _Steps(panel, columns, line, over)
    going = steps.enter()
    sign = -1.0 if rule.side == "short" else 1.0
    worst = steps.bought - sign * _distance(rule.stop, steps.bought, atr)
    best = steps.bought + sign * _distance(rule.target, steps.bought, atr)
    going = steps.known(going, worst, best)
    for ahead in range(1, rule.bars + 1):
        going = steps.onward(going, ahead)
        if rule.stop or rule.target:
            going = steps.levels(going, worst, best, sign)
    steps.close(going, Fate.TIME)
    return steps.ways()


def _distance(level: Level | None, bought: Floats, atr: Floats) -> Floats:
    """How far a level is from the entry, in price; NaN where that cannot be said."""
    if level is None:
        return np.full(len(bought), np.inf)
    away = level.amount * atr if level.unit == "atr" else level.amount / 100 * bought
    return np.where(away > 0, away, np.nan)


class _Steps:
    """The walk so far: fates and fills of all hits, for those that still go on the bar that they are at."""

    def __init__(self, panel: Panel, columns: Ints, line: Line, over: NDArray[np.bool_]) -> None:
        """Nobody has entered."""
        self._fields = panel.fields
        self._columns, self._line, self._over = columns, line, over
        count = len(columns)
        self._fate = np.full(count, Fate.OPEN, np.uint8)
        self._entered, self._now = np.full(count, -1, np.int64), line.at.copy()
        self._left = np.full(count, -1, np.int64)
        self.bought, self._sold = np.full(count, np.nan), np.full(count, np.nan)

    def enter(self) -> Ints:
        """Buy at the next own bar's open; whoever can goes on."""
        there = self._line.at + 1 < self._line.end
        self._fate[~there] = Fate.NO_NEXT_BAR
        going = np.flatnonzero(there)
        self._entered[going] = self._line.at[going] + 1
        self.bought[going] = self._of("open", going, self._entered[going])
        return self._only(going, self.bought[going] > 0)

    def known(self, going: Ints, worst: Floats, best: Floats) -> Ints:
        """Those of whom it is known where both levels are."""
        return self._only(going, ~np.isnan(worst[going]) & ~np.isnan(best[going]))

    def onward(self, going: Ints, ahead: int) -> Ints:
        """To the next bar; a series that has none ends where it was."""
        there = self._line.at[going] + ahead < self._line.end[going]
        ends = going[~there]
        self.close(ends[self._over[ends]], Fate.ENDED)
        going = going[there]
        self._now[going] = self._line.at[going] + ahead
        return going

    def levels(self, going: Ints, worst: Floats, best: Floats, sign: float) -> Ints:
        """Leave where a level is reached; a bar of which a price is missing cannot be told."""
        now = self._now[going]
        names = ("open", "low", "high") if sign > 0 else ("open", "high", "low")
        prices = np.stack([self._of(name, going, now) for name in names])
        known = np.isfinite(prices.sum(axis=0))
        going, prices = self._only(going, known), prices[:, known]
        for at, level, fate, way in (
            (0, worst, Fate.STOP, -sign),
            (0, best, Fate.TARGET, sign),
            (1, worst, Fate.STOP, -sign),
            (2, best, Fate.TARGET, sign),
        ):
            limit = level[going]
            out = way * prices[at] >= way * limit
            self._leave(going[out], fate, prices[0, out] if at == 0 else limit[out])
            going, prices = going[~out], prices[:, ~out]
        return going

    def close(self, going: Ints, fate: Fate) -> None:
        """Sell at the close of the bar that each is at."""
        price = self._of("close", going, self._now[going])
        known = self._only(going, price > 0)
        self._leave(known, fate, price[price > 0])

    def ways(self) -> Ways:
        """What came of all of them."""
        return Ways(fate=self._fate, entered=self._entered, left=self._left, bought=self.bought, sold=self._sold)

    def _leave(self, some: Ints, fate: Fate, price: Floats) -> None:
        self._fate[some], self._left[some], self._sold[some] = fate, self._now[some], price

    def _miss(self, some: Ints) -> None:
        self._fate[some] = Fate.MISSING

    def _only(self, going: Ints, known: NDArray[np.bool_]) -> Ints:
        self._miss(going[~known])
        return going[known]

    def _of(self, name: str, some: Ints, bars: Ints) -> Floats:
        return self._fields[name][self._line.row[bars], self._columns[some]]
