"""Moves that are not believed: spikes that undo themselves, splits nobody told of, bars that repeat.

A real crash stays without a finding, because it comes with heavy trading and does not undo itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.quality.line import Finding, Line, NewSplit, joined

if TYPE_CHECKING:
    from scanwright.model.panel import Floats

_JUMP = np.log(1.35)  # the least move that is looked at, and eight times what is usual for the symbol
_ABSURD = np.log(4)  # a move that undoes itself is an error from here on, however much was traded
_RETURN = 5  # bars within which a spike has undone itself
_BACK = 0.2  # how near to the old price, as a part of the jump
_RATIOS = np.array([1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100])
_NEAR = 0.05  # how near to the ratio a split opens
_HEAVY = 3.0  # a crash turns over more than this many times the usual; a split does not
_REPEATS = 3
_RESTS = 60  # bars of less than a day on which nothing is traded
_DAY = np.timedelta64(86400, "s")
_FOLLOWS = 0.3  # how much of the ratio of a split by many the volume must have taken on, in logarithms
_MANY = np.log(4)  # old shares for a new one from which a reverse split may be a rough one
_TICKS = 0.1  # below this price a jump by a ratio may be one tick

_Seen = tuple[int, str, str, NewSplit | None]


def jumps(line: Line) -> Iterator[Finding]:
    """Spikes and split-like jumps."""
    for at, kind, detail, split in _jumps(line):
        yield line.finding(at, kind, detail, split)


def repeats(line: Line) -> Iterator[Finding]:
    """Runs of bars that are the same in all five fields; an index may rest within a session for an hour."""
    if line.ts.size < _REPEATS:
        return
    intraday = bool(np.median(np.diff(line.ts)) < _DAY)
    volume = line.fields["volume"]
    same = np.logical_and.reduce([values[1:] == values[:-1] for values in line.fields.values()])
    for first, last in joined(same):
        if last - first + 2 >= (_RESTS if intraday and volume[first] == 0 else _REPEATS):
            yield line.finding(first, "stale", f"{last - first + 2} bars with the same five values")


def _jumps(line: Line) -> list[_Seen]:
    """Spikes and split-like jumps; the bars of a spike are passed over once it is told."""
    close = line.fields["close"]
    if close.size < 2:
        return []
    level = np.log(close)
    moves = np.diff(level)
    size = np.abs(moves)
    found: list[_Seen] = []
    done = 0
    for before in np.flatnonzero(size > max(_JUMP, 8 * float(np.median(size)))):
        at = int(before) + 1
        if at < done:
            continue
        believed = size[before] < _ABSURD and line.is_heavy(line.fields["volume"], at, _HEAVY)
        back = None if believed else _returned(level, at)
        if back is not None:
            found.append((at, "spike", _spike(close, at, back), None))
            done = back + 1
        elif (split := _split(line, at)) is not None:
            found.append((at, "split_like", *split))
    return found


def _returned(level: Floats, at: int) -> int | None:
    """The bar on which a jump is undone, at one stroke, or nothing."""
    jump = level[at] - level[at - 1]
    later = level[at : at + _RETURN + 1]
    near = np.abs(later - level[at - 1]) < _BACK * abs(jump)
    stroke = np.append(0.0, np.diff(later)) * -np.sign(jump) > (1 - 2 * _BACK) * abs(jump)
    where = np.flatnonzero(near & stroke)
    return at + int(where[0]) if where.size else None


def _split(line: Line, at: int) -> tuple[str, NewSplit | None] | None:
    """A jump like a split, in words and, where its ratio is certain, as a split.

    It opens near a split's ratio and stays there on usual turnover. A reverse split of many shares may move more on its
    day and turn over more, but fewer shares than usual change hands; a price that truly jumped so far brings many.
    """
    close, volume = line.fields["close"], line.fields["volume"]
    if volume[at] <= 0 or min(close[at - 1], close[at]) < _TICKS:
        return None
    opened, closed = (float(np.log(close[at - 1] / line.fields[name][at])) for name in ("open", "close"))
    nearest = float(_RATIOS[np.argmin(np.abs(np.log(_RATIOS) - abs(opened)))])
    off, moved = abs(np.log(nearest) - abs(opened)), abs(opened - closed)
    quiet = not line.is_heavy(close * volume, at, _HEAVY)
    few = opened < -_MANY and not line.is_heavy(volume, at, _HEAVY)
    certain = off <= _NEAR and moved <= 3 * _NEAR and (quiet or few)
    if not certain and not (few and off <= 4 * _NEAR and moved <= 9 * _NEAR):
        return None
    ratio = nearest if opened > 0 else 1 / nearest
    shape = f"{nearest:g}:1" if opened > 0 else f"1:{nearest:g}"
    step = f"close {close[at - 1]:g} to {close[at]:g} (x {close[at] / close[at - 1]:.3f})"
    date = line.ts[at].astype("M8[D]").astype("M8[s]")
    whole = nearest == round(nearest)  # the odd ratios are more often a spin-off than a split
    same = float(_RATIOS[np.argmin(np.abs(np.log(_RATIOS) - abs(closed)))]) == nearest
    sure = certain and whole and same and _shares_follow(volume, at, ratio)
    split = NewSplit(symbol=line.symbol, date=date, ratio=ratio) if sure else None
    return f"{step} like a split {shape}, and none is known", split


def _shares_follow(volume: Floats, at: int, ratio: float) -> bool:
    """Whether as many more shares change hands as a split makes, in part at least; a spin-off makes none."""
    before = float(np.median(volume[max(at - 20, 0) : at]))
    after = float(np.median(volume[at + 1 : at + 21])) if at + 1 < volume.size else float(volume[at])
    least = _FOLLOWS if abs(np.log(ratio)) >= _MANY else 0.0  # a doubling is lost in the noise, its opposite is not
    return before > 0 and after > 0 and bool(np.log(after / before) / np.log(ratio) >= least)


def _spike(close: Floats, at: int, back: int) -> str:
    return f"close {close[at - 1]:g}, then {close[at]:g}, and {close[back]:g} after {back - at} bars"
