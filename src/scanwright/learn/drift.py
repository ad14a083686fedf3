"""Whether the hits of late are still like those that were learned from, and whether what is said of them comes true."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.base import LEAST, wilson
from scanwright.learn.bootstrap import Bounds, sureness
from scanwright.learn.features import DAILY, INTRADAY, STATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright.model.panel import Floats, Ints

MOVED = 0.25  # of the population stability index: by custom a change that matters
FEWEST = 50
FLOOR = 1e-3
DISTINCT = 5  # deciles that differ; with fewer a feature has too few values to be compared in this way
SHARED = {*STATE, *DAILY, *INTRADAY, "market, 1 bar"}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A feature that is not what it was: its population stability index."""

    name: str
    index: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """Hits since those that were learned from.

    hits: how many there were, of whose features `moved` are those that changed, the furthest first. over: those of them
    that are through; said and came: the chance that was given to them and the share that came good, with the 95 %
    interval of that. words: what is to be told; nothing where all is as it was.
    """

    hits: int
    moved: tuple[Moved, ...]
    over: int
    said: float
    came: float
    bounds: Bounds
    words: tuple[str, ...]


def stability(reference: Floats, values: Floats) -> float:
    """The population stability index of values against the nine inner deciles they once had; 0 where all is as it was.

    >>> deciles = np.arange(1.0, 10.0)
    >>> round(stability(deciles, np.arange(0.5, 10.0)), 6), stability(deciles, np.full(100, 9.5)) > 1
    (0.0, True)
    """
    known = values[~np.isnan(values)]
    edges, copies = np.unique(reference, return_counts=True)
    if not len(known) or np.isnan(reference).any() or len(edges) < DISTINCT:
        return 0.0
    was = np.concatenate([copies, [1]]) / (len(reference) + 1)
    now = np.maximum(np.bincount(np.searchsorted(edges, known), minlength=len(was)) / len(known), FLOOR)
    return float(((now - was) * np.log(now / was)).sum())


def moved(names: Sequence[str], reference: Floats, features: Floats) -> tuple[Moved, ...]:
    """The features `[K, F]` of late that are not what they were; none where there are too few to say.

    The day and the market's state are passed over: a few weeks never hold all of a year.
    """
    if len(features) < FEWEST:
        return ()
    found = [
        Moved(name=name, index=stability(reference[at], features[:, at]))
        for at, name in enumerate(names)
        if name not in SHARED
    ]
    return tuple(sorted((each for each in found if each.index > MOVED), key=lambda each: -each.index))


def drift(
    changed: tuple[Moved, ...], hits: int, day: Ints, said: Floats, good: Floats, *, horizon: int, seed: int
) -> Drift:
    """What is to be told: of hits since then, and of those that are through `[K]`: day, chance given, 1 where good."""
    words = (
        [f"{len(changed)} of the inputs have moved, the most: {changed[0].name} ({changed[0].index:.2f})"]
        if changed
        else []
    )
    bounds = Bounds(low=float("nan"), high=float("nan"))
    told = came = float("nan")
    if len(good):
        generator = np.random.default_rng(seed)
        effective = sureness(day, good, good, horizon=horizon, generator=generator).effective
        told, came = float(said.mean()), float(good.mean())
        bounds = wilson(came, effective)
        if effective >= LEAST and not bounds.low <= told <= bounds.high:
            words.append(f"{100 * told:.0f} % were to come good since then, {100 * came:.0f} % did: learn it again")
    return Drift(hits=hits, moved=changed, over=len(good), said=told, came=came, bounds=bounds, words=tuple(words))
