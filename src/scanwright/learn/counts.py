"""A number that is still to come, told by many samples of it: its middle, a band, and how well such bands held."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.model.panel import Floats, Ints

LOW, HIGH = 0.1, 0.9


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A whole number to come. low, high: an interval that holds four of five; none: the chance that it is 0."""

    median: float
    low: float
    high: float
    none: float
    mean: float

    @classmethod
    def of(cls, samples: Ints) -> Band:
        """The band of equally likely samples, each a whole number from 0.

        >>> Band.of(np.array([0, 2, 3, 3, 4, 4, 5, 6, 7, 20]))
        Band(median=4.0, low=0.0, high=20.0, none=0.1, mean=5.4)
        """
        # Outwards to samples: of counts near zero a band between two of them holds nothing.
        return cls(
            median=float(np.round(np.quantile(samples, 0.5))),
            low=float(np.quantile(samples, LOW, method="lower")),
            high=float(np.quantile(samples, HIGH, method="higher")),
            none=float((samples == 0).mean()),
            mean=float(samples.mean()),
        )


def crps(samples: Floats | Ints, came: float) -> float:
    """The continuous ranked probability score of samples against what came; smaller is better, 0 is certain and right.

    Gneiting and Raftery (2007), equation 21.

    >>> crps(np.array([1, 3]), 2), crps(np.array([2, 2]), 2), crps(np.array([2]), 5)
    (0.5, 0.0, 3.0)
    """
    ordered = np.sort(samples).astype(np.float64)
    count = len(ordered)
    # The mean difference of all pairs, of sorted values: a sum instead of a square.
    pairs = 2.0 * float(((2 * np.arange(1, count + 1) - count - 1) * ordered).sum()) / count**2
    return float(np.abs(ordered - came).mean()) - pairs / 2.0


def pit(samples: Ints, came: int, generator: np.random.Generator) -> float:
    """Where what came stands among the samples, 0 to 1, at random within its own share (counts have many ties).

    Over many days these are evenly spread where the samples tell the truth: Czado, Gneiting and Held (2009).

    >>> pit(np.array([1, 2, 3, 4]), 5, np.random.default_rng(7)), pit(np.array([1, 2]), 0, np.random.default_rng(7))
    (1.0, 0.0)
    """
    below, until = float(np.mean(samples < came)), float(np.mean(samples <= came))
    return float(generator.uniform(below, until)) if until > below else below
