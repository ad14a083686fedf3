"""How sure a mean is when neighbouring days and symbols move together: days are drawn in blocks, not rows one by one.

The circular block bootstrap of Politis and Romano (1992): blocks of following days, the last day followed by the
first, are drawn until they fill the sample; every item of a drawn day comes with it. A block is no shorter than the
horizon, so that windows that overlap stay together, nor than the cube root of the number of days.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanwright.model.panel import Floats, Ints

LEVEL = 0.95
NORMAL = 1.959964
CHUNK = 4_000_000
BINS = 256


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """The 95 % interval of a figure; NaN where it cannot be said."""

    low: float
    high: float

    @property
    def half(self) -> float:
        """Half its width."""
        return (self.high - self.low) / 2


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Sureness:
    """Intervals of the mean, the median and the mean excess of items.

    naive: of the mean, as if every item were an observation of its own; for comparison only.
    effective: as many independent items would give a mean as sure as this one.
    block: days to a block.
    """

    mean: Bounds
    median: Bounds
    excess: Bounds
    naive: Bounds
    effective: float
    block: int


def block_days(days: int, horizon: int) -> int:
    """How long a block is, for so many days and a window of so many days.

    >>> block_days(1000, 20), block_days(1000, 1)
    (20, 10)
    """
    return max(horizon, round(days ** (1 / 3)), 1)


def sureness(
    day: Ints, values: Floats, excess: Floats, *, horizon: int, generator: np.random.Generator, draws: int = 2000
) -> Sureness:
    """Intervals from `draws` samples of the days between the first and the last item.

    day, values, excess: `[K]`, the day of each item as a running number, its return, and that over the universe.
    """
    if not len(values):
        nothing = Bounds(low=np.nan, high=np.nan)
        return Sureness(mean=nothing, median=nothing, excess=nothing, naive=nothing, effective=0.0, block=0)
    day = day - day.min()
    days = int(day.max()) + 1
    block = block_days(days, horizon)
    bins, levels = _bins(values)
    table = _per_day(day, days, values, excess)
    counts = np.bincount(day * len(levels) + bins, minlength=days * len(levels)).reshape(days, -1).astype(np.float32)
    sums: list[Floats] = []
    medians: list[Floats] = []
    for weights in samples(days, block, draws, generator):
        sums.append(weights @ table)
        below = (weights.astype(np.float32) @ counts).cumsum(axis=1)
        medians.append(levels[(below < below[:, -1:] / 2).sum(axis=1).clip(max=len(levels) - 1)])
    total = np.concatenate(sums)
    drawn = total[:, 0] > 0
    means, over = (total[drawn, at] / total[drawn, 0] for at in (1, 2))
    naive = float(np.var(values)) / len(values)
    return Sureness(
        mean=_bounds(means),
        median=_bounds(np.concatenate(medians)[drawn]),
        excess=_bounds(over),
        naive=_normal(float(values.mean()), naive),
        effective=_effective(day, naive, float(np.var(means)), block),
        block=block,
    )


def _per_day(day: Ints, days: int, values: Floats, excess: Floats) -> Floats:
    """Items, sum of values and sum of excess of each day."""
    table = np.empty((days, 3))
    for at, each in enumerate((np.ones(len(values)), values, excess)):
        table[:, at] = np.bincount(day, weights=each, minlength=days)
    return table


def samples(days: int, block: int, draws: int, generator: np.random.Generator) -> Iterator[Floats]:
    """How often each day was drawn, `[some draws, days]` at a time so that memory stays small."""
    blocks = -(-days // block)
    ahead = np.arange(block)
    starts = generator.integers(0, days, size=(draws, blocks))
    rows = max(1, CHUNK // (blocks * block))
    for at in range(0, draws, rows):
        some = starts[at : at + rows]
        picked = ((some[:, :, None] + ahead) % days).reshape(len(some), -1)[:, :days]
        picked += np.arange(len(some))[:, None] * days
        yield np.bincount(picked.ravel(), minlength=len(some) * days).reshape(len(some), days).astype(np.float64)


def _bins(values: Floats) -> tuple[Ints, Floats]:
    """Each value's place among (at most) 256 equally filled bins, and the value in the middle of each bin."""
    bins = min(BINS, len(values))
    order = values.argsort(kind="stable")
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values)) * bins // len(values)
    ranked: Floats = np.sort(values)
    middle: Ints = ((np.arange(bins) + 0.5) * len(values) / bins).astype(np.int64)
    return place, ranked[middle]


def _bounds(values: Floats) -> Bounds:
    if not len(values):
        return Bounds(low=np.nan, high=np.nan)
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Bounds(low=float(low), high=float(high))


def _normal(mean: float, variance: float) -> Bounds:
    half = NORMAL * variance**0.5
    return Bounds(low=mean - half, high=mean + half)


def _effective(day: Ints, naive: float, block_variance: float, block: int) -> float:
    """Items times naive over block variance; never more than the items.

    Where the items lie in fewer than ten separate blocks of days, the drawn samples say too little about how much
    blocks differ, and what counts is the number of those blocks.
    """
    separate = len(np.unique(day // block))
    if separate < 10:
        return float(separate)
    if block_variance <= 0:
        return float(len(day))
    return min(float(len(day)), len(day) * naive / block_variance)
