"""Random numbers of a simulated market: each part draws from a stream of its own name, and the shapes they have."""

from __future__ import annotations

import numpy as np

from scanwright.model.panel import Floats


def stream(seed: int, name: str, *places: int) -> np.random.Generator:
    """Random numbers that belong to a name and a place: what others draw changes nothing here.

    >>> bool(stream(7, "news").integers(1000) == stream(7, "news").integers(1000))
    True
    """
    return np.random.default_rng([seed, *name.encode(), *places])


def fat(freedom: int, shape: int | tuple[int, int], random: np.random.Generator) -> Floats:
    """Student's t with unit deviation."""
    return random.standard_t(freedom, shape) / np.sqrt(freedom / (freedom - 2))


def persistent(noise: Floats, memory: float, size: float) -> Floats:
    """What remembers its last value: `x = memory * x + size * noise`."""
    out = size * noise
    for at in range(1, out.shape[0]):
        out[at] += memory * out[at - 1]
    return out
