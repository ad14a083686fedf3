"""How long a run takes and what it asks for, as the runs that were recorded tell.

Runs of one kind (bars at hand, or asked from one provider) take time in step with their work, symbols or requests:
seconds follow a power of it, fitted in logarithms with a pull towards simple proportion, and the band is where the
past runs lie around the fit. Few runs make a wide band: `FIRST` stands for those that are not there yet.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

LEAST = 8  # runs of a kind beside which the first ones no longer count
FIRST = (0.25, 0.45, 0.65, 0.85, 1.0, 1.2, 1.6, 2.4, 4.0)  # true over foretold, where nothing is known
PULL = 3.0  # runs' worth of belief that twice the work takes twice the time
MOST = 400  # of the latest runs
FADE = 60.0  # runs after which what was learned counts for a third
LOW, HIGH = 0.1, 0.9


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A run that is over. work: what its time goes with, at least 1."""

    work: float
    seconds: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Lasts:
    """Seconds: the middle, and an interval that holds four of five; `runs` is how many it rests on."""

    median: float
    low: float
    high: float
    runs: int


def lasts(past: Sequence[Done], work: float, *, rate: float) -> Lasts:
    """How long so much work takes. past: runs of this kind, the latest first; rate: work a second where there is none.

    >>> lasts([], 100.0, rate=50.0)
    Lasts(median=2.0, low=0.5, high=8.0, runs=0)
    >>> steady = [Done(work=float(each), seconds=each / 10) for each in range(10, 60)]
    >>> found = lasts(steady, 100.0, rate=50.0)
    >>> round(found.median), round(found.low), round(found.high), found.runs
    (10, 10, 10, 50)
    """
    known = [each for each in past[:MOST] if each.seconds > 0]
    place = math.log(max(work, 1.0))
    if not known:
        middle = math.log(max(work, 1.0) / rate)
        return _told(middle, np.log(FIRST), np.ones(len(FIRST)), 0)
    at = np.log([max(each.work, 1.0) for each in known])
    took = np.log([each.seconds for each in known])
    weight = np.exp(-np.arange(len(known)) / FADE)
    centre, level = (float(np.average(each, weights=weight)) for each in (at, took))
    spread = float(np.average((at - centre) ** 2, weights=weight))
    along = float(np.average((at - centre) * (took - level), weights=weight))
    slope = (along * weight.sum() + PULL) / (spread * weight.sum() + PULL)
    beyond = took - level - slope * (at - centre)
    lacking = max(LEAST - len(known), 0)
    if lacking:
        beyond = np.concatenate([beyond, np.log(FIRST)[:: len(FIRST) // lacking][:lacking]])
    weight = np.concatenate([weight, np.ones(len(beyond) - len(weight))])
    return _told(level + slope * (place - centre), beyond, weight, len(known))


def _told(middle: float, beyond: np.ndarray, weight: np.ndarray, runs: int) -> Lasts:
    """The band around a fit; of few runs its ends reach beyond the outermost, for the next may lie there."""
    order = np.argsort(beyond)
    ordered, share = beyond[order], np.cumsum(weight[order])
    total = share[-1]
    places = share / (total + weight.mean())  # of n equal ones the next lies with like chance in each of n + 1 gaps
    low, median, high = np.interp([LOW, 0.5, HIGH], places, ordered)
    return Lasts(median=math.exp(middle + median), low=math.exp(middle + low), high=math.exp(middle + high), runs=runs)
