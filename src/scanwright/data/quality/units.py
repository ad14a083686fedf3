"""Bars in another unit: pence for pounds, or shares of before a split among shares of after it.

The bars of a symbol lie on steps that are one unit apart. Which step is right is told by evidence: bars on which
something was traded, then the greater number; for a split, the bars after it. Where both steps have traded, the finding
comes without a repair.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.quality.line import PRICES, Finding, Line, Rescale, joined

if TYPE_CHECKING:
    from scanwright.model.panel import Floats, Ints, Split

HUNDRED = np.log(100)
MOVE = 0.25  # how far a price may move on its own at the same time
FEW = 5  # bars at an end of the data that are believed to be an error
CLEARLY = 5  # times as many traded bars as the other step
NEAR_SPLIT = 0.12  # how near to a split's ratio a step is
DAYS = np.timedelta64(10, "D")  # a split is dated at most so many days off


def hundredfold(line: Line) -> Iterator[Finding]:
    """Bars, or single prices of a bar, that are a hundred times too large or too small."""
    if line.ts.size < 2:
        return
    single = list(_single_prices(line))
    yield from single
    steps = _put_right(line, single).steps()
    units = np.where(np.abs(np.abs(steps) - HUNDRED) < MOVE, np.sign(steps), 0.0)
    level = np.cumsum(units)
    if not level.any():
        return
    right = _right_level(level, line.fields["volume"] > 0)
    away = level if right is None else level - right
    for first, last in joined(away != 0):
        for start, stop in _even(away, first, last):
            yield _off(line, start, stop, float(away[start]), certain=right is not None)


def misplaced_splits(line: Line) -> Iterator[Finding]:
    """Bars that a known split was not taken out of, or twice."""
    for split in line.splits:
        yield from _misplaced(line, split)


def _misplaced(line: Line, split: Split) -> Iterator[Finding]:
    size = abs(float(np.log(split.ratio)))
    steps = line.steps()
    units = np.where(np.abs(np.abs(steps) - size) < NEAR_SPLIT, np.sign(steps), 0.0)
    after = int(np.searchsorted(line.ts, split.date))
    near = (line.ts > split.date - DAYS) & (line.ts < split.date + DAYS)
    if size < 2 * NEAR_SPLIT or after >= line.ts.size or not (units[near] != 0).any():
        return
    level = np.cumsum(np.where(line.ts <= split.date + DAYS, units, 0.0))
    away = level - level[min(after + int(near[after:].sum()), line.ts.size) - 1]
    for first, last in joined(away != 0):
        if not near[max(first - 1, 0) : last + 2].any() or np.abs(away[first : last + 1]).max() > 1:
            continue
        factor = float(np.exp(-away[first] * size))
        repair = Rescale(symbol=line.symbol, first=line.ts[first], last=line.ts[last], factor=factor, volume=True)
        date, bars = str(split.date.astype("M8[D]")), last - first + 1
        detail = f"{bars} bars are {1 / factor:.4g} times their neighbours, as the split of {date} ({split.ratio:g})"
        yield line.finding(first, "misplaced_split", detail, repair)


def _single_prices(line: Line) -> Iterator[Finding]:
    """One or two prices of a bar that are a hundred times off from the others and from the bar before."""
    prices = np.array([line.fields[name] for name in PRICES])
    before = np.concatenate([prices[3, :1], prices[3, :-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.log(prices) - np.log(np.maximum(np.median(prices[:2], axis=0), before))
    wrong = np.abs(off + HUNDRED) < MOVE
    for at in np.flatnonzero(wrong.any(axis=0) & ~wrong.all(axis=0)):
        names = tuple(name for name, bad in zip(PRICES, wrong[:, at], strict=True) if bad)
        moment = line.ts[at]
        repair = Rescale(symbol=line.symbol, first=moment, last=moment, factor=100.0, fields=names)
        found = ", ".join(f"{name} {line.fields[name][at]:g}" for name in names)
        yield line.finding(int(at), "hundredfold", f"{found} in a bar around {before[at]:g}", repair)


def _put_right(line: Line, single: list[Finding]) -> Line:
    """The line with single closes in the right unit."""
    closes = [each.ts for each in single if isinstance(each.repair, Rescale) and "close" in each.repair.fields]
    if not closes:
        return line
    close = np.where(np.isin(line.ts, closes), 100, 1) * line.fields["close"]
    return dataclasses.replace(line, fields={**line.fields, "close": close})


def _doubt(line: Line, first: int, last: int, away: float) -> str:
    """Why a stretch may be right as it is: a split by a hundred changes volumes, and another company comes for good.

    What lies between bars of the right unit is an error; at the beginning or the end of the bars only a few are, or
    quotes without any trade.
    """
    inner = first > 0 and last < line.ts.size - 1
    traded = line.fields["volume"][first : last + 1] > 0
    if not inner and traded.any() and last - first + 1 > FEW:
        return "it is not between bars of the other unit, so it may be a split by a hundred or another company"
    volume = line.fields["volume"]
    beside = np.concatenate([volume[max(first - 20, 0) : first], volume[last + 1 : last + 21]])
    own, other = float(np.median(volume[first : last + 1])), float(np.median(beside)) if beside.size else 0.0
    if not inner and own > 0 and other > 0 and np.log(own / other) * -np.sign(away) > HUNDRED / 2:
        return "volumes moved the other way, as in a split by a hundred"
    return ""


def _right_level(level: Floats, traded: np.ndarray) -> float | None:
    """The step that the evidence is for, or nothing where it is divided."""
    levels = np.unique(level)
    trades = np.array([int((traded & (level == each)).sum()) for each in levels])
    bars = np.array([int((level == each).sum()) for each in levels])
    votes = trades if trades.any() else bars
    best = int(np.argmax(votes))
    rest = int(np.sort(votes)[-2])
    return float(levels[best]) if votes[best] >= CLEARLY * rest and votes[best] > rest else None


def _even(away: Floats, first: int, last: int) -> list[tuple[int, int]]:
    """A stretch cut where the step changes."""
    cuts: Ints = first + 1 + np.flatnonzero(np.diff(away[first : last + 1]))
    return [(int(a), int(b) - 1) for a, b in zip([first, *cuts], [*cuts, last + 1], strict=True)]


def _off(line: Line, first: int, last: int, away: float, *, certain: bool) -> Finding:
    factor = float(100.0**-away)
    close = line.fields["close"]
    beside = close[first - 1] if first else close[min(last + 1, close.size - 1)]
    detail = f"{last - first + 1} bars around {close[first]:g} beside {beside:g}"
    if not certain:
        return line.finding(first, "hundredfold", f"{detail}; both were traded, so which is right is not certain")
    if why := _doubt(line, first, last, away):
        return line.finding(first, "hundredfold", f"{detail}; {why}")
    repair = Rescale(symbol=line.symbol, first=line.ts[first], last=line.ts[last], factor=factor)
    return line.finding(first, "hundredfold", detail, repair)
