"""The base rate: the share of a scan's hits that came good, drawn to that of its whole universe, with its interval."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.bootstrap import NORMAL, Bounds, sureness

if TYPE_CHECKING:
    from scanwright.model.panel import Floats, Ints

PULL = 20.0  # independent hits' worth of belief that a scan is like its universe
QUANTILES = (0.1, 0.5, 0.9)
LEAST = 30


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """What came of a scan's hits as a whole.

    count: episodes; effective: how many independent ones they are worth. rate: the share that came good as counted;
    universe: that of random bars of the universe under the same rule. shrunk, bounds: the rate drawn to the universe's,
    with its 95 % interval. mean, mean_bounds: return after costs in percent, drawn in the same way. quantiles: of it,
    at 10, 50 and 90 percent.
    """

    count: int
    effective: float
    rate: float
    universe: float
    shrunk: float
    bounds: Bounds
    mean: float
    mean_bounds: Bounds
    quantiles: tuple[float, ...]

    @property
    def enough(self) -> bool:
        """Whether there is enough to say anything."""
        return self.effective >= LEAST


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Chance:
    """What comes of random bars of the universe under a rule: the share that comes good, and the mean return."""

    rate: float
    mean: float


def drawn(value: float, weight: float, to: float, pull: float = PULL) -> float:
    """A value worth so many observations, drawn to another one.

    >>> drawn(0.6, 20, 0.4), drawn(math.nan, 0, 0.4)
    (0.5, 0.4)
    """
    return to if not weight else (weight * value + pull * to) / (weight + pull)


def wilson(rate: float, count: float) -> Bounds:
    """The 95 % interval of a share seen in so many independent ones (Wilson, 1927).

    >>> found = wilson(0.5, 100)
    >>> round(found.low, 3), round(found.high, 3)
    (0.404, 0.596)
    """
    if count <= 0:
        return Bounds(low=0.0, high=1.0)
    square = NORMAL**2 / count
    middle = (rate + square / 2) / (1 + square)
    half = NORMAL / (1 + square) * math.sqrt(max(rate * (1 - rate), 0.0) / count + square / count / 4)
    return Bounds(low=middle - half, high=middle + half)


def base(day: Ints, net: Floats, good: Floats, chance: Chance, *, horizon: int, generator: np.random.Generator) -> Base:
    """Of episodes `[K]`: their days, returns and whether they came good (1 or 0); horizon: in days."""
    if not len(net):
        nothing = Bounds(low=math.nan, high=math.nan)
        return Base(
            count=0,
            effective=0.0,
            rate=math.nan,
            universe=chance.rate,
            shrunk=chance.rate,
            bounds=Bounds(low=0.0, high=1.0),
            mean=chance.mean,
            mean_bounds=nothing,
            quantiles=(math.nan,) * len(QUANTILES),
        )
    sure = sureness(day, good, good, horizon=horizon, generator=generator)
    returns = sureness(day, net, net, horizon=horizon, generator=generator)
    rate, mean = float(good.mean()), float(net.mean())
    shrunk = drawn(rate, sure.effective, chance.rate)
    middle = drawn(mean, returns.effective, chance.mean)
    moved = middle - mean
    return Base(
        count=len(net),
        effective=sure.effective,
        rate=rate,
        universe=chance.rate,
        shrunk=shrunk,
        bounds=wilson(shrunk, sure.effective + PULL),
        mean=middle,
        mean_bounds=Bounds(low=returns.mean.low + moved, high=returns.mean.high + moved),
        quantiles=tuple(float(each) for each in np.quantile(net, QUANTILES)),
    )
