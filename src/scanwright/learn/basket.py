"""What a basket of the hits would have been worth: equal parts of all that is held, put right at every close.

A position is an episode that has a return: bought at the open of the symbol's next own bar, sold at the close of the
h-th. The basket's return of a frame is the mean over the positions that have a bar there; where nothing is held it
stays. Before costs. The universe beside it holds equal parts of all members, from close to close, without the bars
around an unexplained jump.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.jumps import jumps
from scanwright.learn.returns import BLOCK
from scanwright.learn.strip import strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.learn.strip import Strip
    from scanwright.model.panel import Bytes, Floats, Ints, Panel


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Basket:
    """A basket on every frame.

    value, universe: `[T]`, what one unit has become. held: `[T]` positions. drawdown: `[T]` percent under the highest
    value so far, 0 or less. worst: the frames of the highest value before the deepest drawdown, and of that drawdown.
    """

    value: Floats
    universe: Floats
    held: Ints
    drawdown: Floats
    worst: tuple[int, int]


def basket(panel: Panel, rows: Ints, columns: Ints, horizon: int, member: Bytes) -> Basket:
    """The basket of episodes, each by the row and the column of its hit."""
    frames = panel.shape[0]
    total, held = np.zeros(frames), np.zeros(frames, np.int64)
    whole, members = np.zeros(frames), np.zeros(frames, np.int64)
    width = panel.shape[1]
    for start in range(0, width, BLOCK):
        for own, strip in strips(panel, start, min(start + BLOCK, width)):
            place = np.full(width, -1, np.int64)
            place[own] = np.arange(len(own))
            mine = place[columns] >= 0
            _positions(strip, rows[mine], place[columns[mine]], horizon, (total, held))
            _members(strip, member[:, own] == 1, (whole, members))
    value = _grown(total, held)
    highest = np.maximum.accumulate(value)
    drawdown = 100.0 * (value / highest - 1.0)
    low = int(drawdown.argmin()) if frames else 0
    high = int(value[: low + 1].argmax()) if frames else 0
    return Basket(value=value, universe=_grown(whole, members), held=held, drawdown=drawdown, worst=(high, low))


def _positions(strip: Strip, rows: Ints, at: Ints, horizon: int, into: tuple[Floats, Ints]) -> None:
    """Add the returns of positions to the frames that they are held on."""
    begun = strip.rows_of(rows, at)
    for step in range(1, horizon + 1):
        here = begun + step
        before = strip.open[here, at] if step == 1 else strip.close[here - 1, at]
        _add(strip.frames_of(here, at), strip.close[here, at] / before - 1.0, into)


def _members(strip: Strip, member: NDArray[np.bool_], into: tuple[Floats, Ints]) -> None:
    """Add the returns of members from close to close."""
    values = np.full(strip.close.shape, np.nan)
    values[1:] = strip.close[1:] / strip.close[:-1] - 1.0
    found = jumps(strip, len(strip.close))
    for rows, at in (found.breaks, found.spoilt):
        values[rows, at] = np.nan
    rows, at = found.spoilt
    after = rows + 1 < len(values)
    values[rows[after] + 1, at[after]] = np.nan
    own, columns = np.nonzero(np.isfinite(values))
    frames = strip.frames_of(own, columns)
    inside = member[frames, columns]
    _add(frames[inside], values[own[inside], columns[inside]], into)


def _add(frames: Ints, values: Floats, into: tuple[Floats, Ints]) -> None:
    known = np.isfinite(values)
    total, count = into
    total += np.bincount(frames[known], weights=values[known], minlength=len(total))
    count += np.bincount(frames[known], minlength=len(count))


def _grown(total: Floats, count: Ints) -> Floats:
    """What one unit becomes by the mean return of each frame."""
    mean: Floats = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    mean += 1.0
    return mean.cumprod()
