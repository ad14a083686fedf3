"""Jumps that no known action explains: a split nobody told us of, a bar that is wrong, an opening that is wrong.

The panel is adjusted by every split known at the as-of, so a jump that is still there has no known action. Real crashes
and takeovers look much the same; what tells them apart is trade. Each rule needs a quiet bar, one whose volume is at
most `LOUD` = 4 times the median of the symbol's 20 bars before it (a volume nobody knows is quiet). In a year of 5,700
US symbols this keeps takeovers that closed at 1.51 or 2.04 times the day before (245 and 364 times the usual dollars),
and crashes to 0.23 and 0.21 (4.8 and 4.3 times), while most splits had about the usual dollars.

- Split-like: open / previous close within 5 %, and close / previous close within 10 %, of the same simple ratio (3:2,
  2, 3 ... 10, 12, 15, 20, 25, 30, 40, 50, 100 or one over it; distances of logarithms), quiet in dollars, which a
  split does not change. A window from before the bar to it or beyond has no return.
- Reverted spike: close / previous close is 1.3 or more, or 1/1.3 or less, and one of the next three bars (at most 20
  frames on) closes at the old level again, nearer than 15 % of the move; quiet in shares, because a wrong price makes
  dollars. The bars from the spike up to the return are spoilt. A real crash does not come back to where it was.
- Undecided: such a move in the last bars, where those three bars (or 20 frames) have not passed yet. It is held like a
  spike until they have, so that a return once given never changes when later bars come.
- Wrong opening: open / previous close is 1.4 or more, or 1/1.4 or less, and the close is back, nearer than 15 % of
  that; quiet in shares. Nobody is taken to have bought there; a window that does not start at that open is whole.

A spin-off that the prices are not adjusted for (0.41, 0.54) is no simple ratio and stays, as a crash would.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.learn.strip import Strip
    from scanwright.model.panel import Floats, Ints

LOUD = 4.0
USUAL = 20
NEAR_OPEN = 0.05
NEAR_CLOSE = 0.10
SPIKE = 1.3
WRONG_OPEN = 1.4
BACK = 0.15
PATIENCE = 3
DEADLINE = 20

_WHOLE = np.array([1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 100])
RATIOS: Floats = np.log(np.concatenate([_WHOLE, 1 / _WHOLE]))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Jumps:
    """Places of a strip, each as rows and columns.

    breaks: bars before which the prices were of another scale.
    spoilt: bars whose close is wrong, or may be.
    openings: bars whose open is wrong.
    """

    breaks: tuple[Ints, Ints]
    spoilt: tuple[Ints, Ints]
    openings: tuple[Ints, Ints]


def jumps(strip: Strip, frames: int) -> Jumps:
    """The unresolved jumps of a strip cut from a panel of so many frames."""
    rows, at, gap, move = _large(strip)
    shares, dollars = _loudness(strip, rows, at)
    far = np.abs(gap[:, None] - RATIOS)
    near = (far <= NEAR_OPEN) & (np.abs(move[:, None] - RATIOS) <= NEAR_CLOSE)
    breaks = near.any(axis=1) & (dollars <= LOUD)
    opening = (np.abs(gap) >= np.log(WRONG_OPEN)) & (np.abs(move) <= BACK * np.abs(gap)) & (shares <= LOUD)
    spikes = (np.abs(move) >= np.log(SPIKE)) & (shares <= LOUD)
    return Jumps(
        breaks=(rows[breaks], at[breaks]),
        spoilt=_spoilt(strip, rows[spikes], at[spikes], move[spikes], frames),
        openings=(rows[opening], at[opening]),
    )


def _large(strip: Strip) -> tuple[Ints, Ints, Floats, Floats]:
    """Rows and columns where the open or the close is far from the close before, with the logarithms of both ratios."""
    before = strip.close[:-1]
    gap, move = strip.open[1:] / before, strip.close[1:] / before
    large = (gap > SPIKE) | (gap < 1 / SPIKE) | (move >= SPIKE) | (move <= 1 / SPIKE)
    large &= np.isfinite(gap) & np.isfinite(move)
    rows, at = np.nonzero(large)
    return rows + 1, at, np.log(gap[rows, at]), np.log(move[rows, at])


def _loudness(strip: Strip, rows: Ints, at: Ints) -> tuple[Floats, Floats]:
    """Volume over its usual one, in shares and in dollars; 0 where either is unknown."""
    back = rows[:, None] - np.arange(1, USUAL + 1)
    known = back >= strip.first[at][:, None]
    back = np.where(known, back, rows[:, None])
    columns = at[:, None]
    shares = np.where(known, strip.volume[back, columns], np.nan)
    dollars = shares * strip.close[back, columns]
    now = strip.volume[rows, at]
    return _over(now, shares), _over(now * strip.close[rows, at], dollars)


def _over(now: Floats, before: Floats) -> Floats:
    usual = np.array([_median(row) for row in before])
    known = np.isfinite(now) & (usual > 0)
    return np.divide(now, usual, out=np.zeros(len(now)), where=known)


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else 0.0


def _spoilt(strip: Strip, rows: Ints, at: Ints, move: Floats, frames: int) -> tuple[Ints, Ints]:
    """The bars from each spike up to its return, or to the series' end while it may still return."""
    frame = strip.frames_of(rows, at)
    length = np.zeros(len(rows), dtype=np.int64)
    for ahead in range(PATIENCE, 0, -1):
        back = _is_back(strip, (rows, at, ahead), move, frame)
        length[back] = ahead
    undecided = (length == 0) & (strip.last[at] < rows + PATIENCE) & (frame + DEADLINE >= frames)
    length[undecided] = strip.last[at][undecided] - rows[undecided] + 1
    return np.repeat(rows, length) + _counts(length), np.repeat(at, length)


def _is_back(strip: Strip, place: tuple[Ints, Ints, int], move: Floats, frame: Ints) -> NDArray[np.bool_]:
    """Whether so many bars ahead the close is at the level before the spike, and not too late."""
    rows, at, ahead = place
    there = rows + ahead <= strip.last[at]
    then = np.where(there, rows + ahead, rows)
    distance = np.abs(np.log(strip.close[then, at] / strip.close[rows - 1, at]))
    return there & (distance <= BACK * np.abs(move)) & (strip.frames_of(then, at) - frame <= DEADLINE)


def _counts(length: Ints) -> Ints:
    """0, 1, ... for each length, one after the other."""
    ends = length.cumsum()
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - length, length)
