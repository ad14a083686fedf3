"""What was learned of a scan under a rule: its base, and the models that are worth more; what they say of hits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from scanwright.learn.base import Base, base, wilson
from scanwright.learn.boosting import Kind, foretold
from scanwright.learn.calibration import Line
from scanwright.learn.forward import CHANCE, MEAN, SPREAD, Judged, Past, judged, taken, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright.learn.base import Chance
    from scanwright.model.panel import Floats

Evidence = Literal["model", "base rate", "not enough evidence"]
DECILES = 10


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """LightGBM's text of a model, and how its word is taken."""

    text: str
    line: Line

    def says(self, features: Floats, kind: Kind) -> Floats:
        """What it says of features `[K, F]`."""
        return self.line.of(foretold(self.text, features), kind)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is said of one hit; None where there is not enough evidence.

    p_success: the chance that it comes good, low and high its 95 % interval. expected_return: after costs in percent;
    spread: the return's 10, 50 and 90 percent quantiles. evidence: what the chance rests on, basis: what the return
    does.
    """

    p_success: float | None
    low: float | None
    high: float | None
    expected_return: float | None
    spread: tuple[float, ...] | None
    evidence: Evidence
    basis: Evidence


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Learned:
    """Base, models and how they were judged.

    models: those in use, by kind. chance, mean, spread: how each was judged. names: of the features.
    reference: `[F, 9]`, the deciles of each feature over the hits learned from.
    """

    base: Base
    models: Mapping[str, Model]
    chance: Judged
    mean: Judged
    spread: Judged
    names: tuple[str, ...]
    reference: Floats

    def told(self, features: Floats) -> list[Told]:
        """What is said of hits with these features `[K, F]`, in their order."""
        count = len(features)
        if not self.base.enough:
            nothing = Told(
                p_success=None,
                low=None,
                high=None,
                expected_return=None,
                spread=None,
                evidence="not enough evidence",
                basis="not enough evidence",
            )
            return [nothing] * count
        chance = self.chances(features)
        mean = self._says(MEAN, features, self.base.mean)
        spread = np.sort(
            [self._says(kind, features, value) for kind, value in zip(SPREAD, self.base.quantiles, strict=True)], axis=0
        )
        evidence: Evidence = "model" if CHANCE.name in self.models else "base rate"
        basis: Evidence = "model" if MEAN.name in self.models else "base rate"
        bounds = [self._bounds(float(each)) for each in chance]
        return [
            Told(
                p_success=float(chance[at]),
                low=bounds[at][0],
                high=bounds[at][1],
                expected_return=float(mean[at]),
                spread=tuple(map(float, spread[:, at])),
                evidence=evidence,
                basis=basis,
            )
            for at in range(count)
        ]

    def chances(self, features: Floats) -> Floats:
        """The chance of each hit to come good, by the model where there is one, else the base."""
        return self._says(CHANCE, features, self.base.shrunk)

    def _says(self, kind: Kind, features: Floats, otherwise: float) -> Floats:
        model = self.models.get(kind.name)
        return np.full(len(features), otherwise) if model is None else model.says(features, kind)

    def _bounds(self, chance: float) -> tuple[float, float]:
        """Of the base its own interval; of a model that of the hits for which it said nearly the same."""
        if CHANCE.name not in self.models or not self.chance.bins:
            return self.base.bounds.low, self.base.bounds.high
        near = min(self.chance.bins, key=lambda each: abs(each.said - chance))
        worth = near.count * self.chance.effective / max(self.chance.count, 1)
        found = wilson(near.came, max(worth, 1.0))
        return min(found.low, chance), max(found.high, chance)


def learned(past: Past, names: Sequence[str], chance: Chance, generator: np.random.Generator) -> Learned:
    """Learn from a past; models that are not clearly better than the base out of sample are left out."""
    found = base(past.day, past.net, past.good, chance, horizon=past.days, generator=generator)
    models: dict[str, Model] = {}
    verdicts: list[Judged] = []
    for kinds in ((CHANCE,), (MEAN,), SPREAD):
        walks = [walk(past, kind, chance) for kind in kinds]
        verdict = judged(past, kinds, walks, generator)
        verdicts.append(verdict)
        if verdict.used and found.enough:
            for kind, walked in zip(kinds, walks, strict=True):
                text, line = taken(past, kind, walked)
                models[kind.name] = Model(text=text, line=line)
    return Learned(
        base=found,
        models=models,
        chance=verdicts[0],
        mean=verdicts[1],
        spread=verdicts[2],
        names=tuple(names),
        reference=deciles(past.features),
    )


def deciles(features: Floats) -> Floats:
    """The nine inner deciles of each feature, `[F, 9]`; NaN where nothing is known of it."""
    shares = np.arange(1, DECILES) / DECILES
    found = np.full((features.shape[1], DECILES - 1), np.nan)
    for at in range(features.shape[1]):
        known = features[:, at][~np.isnan(features[:, at])]
        if len(known):
            found[at] = np.quantile(known, shares)
    return found
