"""Chances that mean what they say: drawn to what came of those before, and judged by what came after."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.learn.boosting import Kind
    from scanwright.model.panel import Floats

SURE = 1e-4
A_BIN, MOST_BINS = 300, 5  # of smaller bins luck alone is off by as much as may be tolerated
SLOPE_PULL = 20.0  # hits' worth of belief that the model says nothing
STEPS = 30


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """How a model's word is taken: `level + slope` times it; of a chance in logits, of a quantile with slope 1."""

    level: float
    slope: float

    def of(self, raw: Floats, kind: Kind) -> Floats:
        """What is said in the end."""
        if kind.aim == "chance":
            return 1 / (1 + np.exp(-(self.level + self.slope * logits(raw))))
        return self.level + self.slope * raw


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Some hits of much the same chance: how many, what was said of them, and what share came good."""

    count: int
    said: float
    came: float


def logits(chance: Floats) -> Floats:
    """The logarithm of the odds, of chances kept off 0 and 1.

    >>> logits(np.array([0.5])).tolist()
    [0.0]
    """
    inside = np.clip(chance, SURE, 1 - SURE)
    return np.log(inside / (1 - inside))


def line(raw: Floats, came: Floats, kind: Kind) -> Line:
    """The line that fits what a model said to what came; Platt's of chances. Its slope is never negative."""
    if kind.aim == "quantile":
        return Line(level=float(np.quantile(came - raw, kind.quantile)), slope=1.0)
    if kind.aim == "mean":
        return _straight(raw, came)
    return _platt(logits(raw), came)


def _straight(raw: Floats, came: Floats) -> Line:
    centre = float(raw.mean())
    spread = float(((raw - centre) ** 2).sum())
    slope = float(((raw - centre) * (came - came.mean())).sum()) / spread if spread > 0 else 0.0
    slope = max(slope, 0.0) * len(raw) / (len(raw) + SLOPE_PULL)
    return Line(level=float(came.mean()) - slope * centre, slope=slope)


def _platt(x: Floats, came: Floats) -> Line:
    """Newton's steps of a logistic regression on one number, its slope drawn to 0 by a few hits' worth."""
    centre = float(x.mean())
    scale = float(x.std()) or 1.0
    z = (x - centre) / scale
    level, slope = float(logits(np.array([came.mean()]))[0]), 0.0
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-(level + slope * z)))
        weight = np.maximum(said * (1 - said), 1e-9)
        gradient = np.array([(came - said).sum(), ((came - said) * z).sum() - slope * SLOPE_PULL / 4])
        across = (weight * z).sum()
        curve = np.array([[weight.sum(), across], [across, (weight * z * z).sum() + SLOPE_PULL / 4]])
        step = np.linalg.solve(curve, gradient)
        level, slope = level + float(step[0]), slope + float(step[1])
        if float(np.abs(step).max()) < 1e-9:
            break
    if slope <= 0:
        return Line(level=float(logits(np.array([came.mean()]))[0]), slope=0.0)
    return Line(level=level - slope * centre / scale, slope=slope / scale)


def losses(said: Floats, came: Floats, kind: Kind) -> Floats:
    """How wrong each was: Brier's square of chances and means, the pinball loss of quantiles."""
    if kind.aim != "quantile":
        return (said - came) ** 2
    beyond = came - said
    return np.maximum(kind.quantile * beyond, (kind.quantile - 1) * beyond)


def reliability(said: Floats, came: NDArray[np.bool_] | Floats) -> tuple[Bin, ...]:
    """Equally filled bins of what was said, each of 300 hits or more (one where there are fewer), at most five.

    >>> reliability(np.full(600, 0.25), np.arange(600) % 4 == 0)
    (Bin(count=300, said=0.25, came=0.25), Bin(count=300, said=0.25, came=0.25))
    """
    if not len(said):
        return ()
    count = min(max(len(said) // A_BIN, 1), MOST_BINS)
    parts = np.array_split(np.argsort(said, kind="stable"), count)
    return tuple(
        Bin(count=len(part), said=float(said[part].mean()), came=float(np.asarray(came, np.float64)[part].mean()))
        for part in parts
    )


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """The expected calibration error: how far what came lies from what was said, in the mean over hits.

    >>> calibration_error((Bin(count=300, said=0.4, came=0.5), Bin(count=100, said=0.6, came=0.6)))
    0.075
    """
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.said - each.came) for each in bins) / total if total else float("nan")
