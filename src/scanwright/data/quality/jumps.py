"""Moves that are not believed: spikes that undo themselves, splits nobody told of, bars that repeat.

A real crash stays without a finding, because it comes with heavy trading and does not undo itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.quality.line import Finding, Line, NewSplit, joined, lines

if TYPE_CHECKING:
    from scanwright.model.panel import Bytes, Floats, Panel

_JUMP = np.log(1.35)  # the least move that is looked at, and eight times what is usual for the symbol
_ABSURD = np.log(4)  # a move that undoes itself is an error from here on, however much was traded
_RETURN = 5  # bars within which a spike has undone itself
_BACK = 0.2  # how near to the old price, as a part of the jump
_RATIOS = np.array([1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100])
_NEAR = 0.05  # how near to the ratio a split opens
_HEAVY = 3.0  # a crash turns over more than this many times the usual; a split does not
_REPEATS = 3

_Seen = tuple[int, int, str, str, float]  # the first and last bar concerned, kind, detail, the ratio of a split


def unresolved(panel: Panel) -> Bytes:
    """`[T, N]`, 1 at bars whose move from the bar before is not believed: spikes, their return, split-like jumps."""
    marks = np.zeros(panel.bar.shape, np.uint8)
    for column, line in enumerate(lines(panel)):
        rows = np.flatnonzero(panel.bar[:, column])
        for at, stop, *_ in _jumps(line):
            marks[rows[at : stop + 1], column] = 1
    return marks


def jumps(line: Line) -> Iterator[Finding]:
    """Spikes and split-like jumps."""
    for at, _, kind, detail, ratio in _jumps(line):
        split = NewSplit(symbol=line.symbol, date=line.ts[at].astype("M8[D]").astype("M8[s]"), ratio=ratio)
        yield line.finding(at, kind, detail, split if ratio else None)


def repeats(line: Line) -> Iterator[Finding]:
    """Runs of bars that are the same in all five fields."""
    if line.ts.size < _REPEATS:
        return
    same = np.logical_and.reduce([values[1:] == values[:-1] for values in line.fields.values()])
    for first, last in joined(same):
        if last - first + 2 >= _REPEATS:
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
            found.append((at, back, "spike", _spike(close, at, back), 0.0))
            done = back + 1
        elif (ratio := _split_ratio(line, at)) is not None:
            found.append((at, at, "split_like", _split(close, at, ratio), ratio))
    return found


def _returned(level: Floats, at: int) -> int | None:
    """The bar on which a jump is undone, at one stroke, or nothing."""
    jump = level[at] - level[at - 1]
    later = level[at : at + _RETURN + 1]
    near = np.abs(later - level[at - 1]) < _BACK * abs(jump)
    stroke = np.append(0.0, np.diff(later)) * -np.sign(jump) > (1 - 2 * _BACK) * abs(jump)
    where = np.flatnonzero(near & stroke)
    return at + int(where[0]) if where.size else None


def _split_ratio(line: Line, at: int) -> float | None:
    """New shares for an old one, if the bar opens near a split's ratio and stays there on usual turnover."""
    close, turnover = line.fields["close"], line.fields["close"] * line.fields["volume"]
    if turnover[at] <= 0 or line.is_heavy(turnover, at, _HEAVY):
        return None
    opened, closed = (float(np.log(close[at - 1] / line.fields[name][at])) for name in ("open", "close"))
    nearest = _RATIOS[np.argmin(np.abs(np.log(_RATIOS) - abs(opened)))]
    off = abs(np.log(nearest) - abs(opened))
    if off > _NEAR or abs(opened - closed) > 3 * _NEAR:
        return None
    return float(nearest if opened > 0 else 1 / nearest)


def _spike(close: Floats, at: int, back: int) -> str:
    return f"close {close[at - 1]:g}, then {close[at]:g}, and {close[back]:g} after {back - at} bars"


def _split(close: Floats, at: int, ratio: float) -> str:
    shape = f"{ratio:g}:1" if ratio > 1 else f"1:{1 / ratio:g}"
    step = close[at] / close[at - 1]
    return f"close {close[at - 1]:g} to {close[at]:g} (x {step:.3f}) like a split {shape}, and none is known"
