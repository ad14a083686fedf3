"""Episodes as they are learned from, made so that what there is to learn is known."""

from __future__ import annotations

import numpy as np

from scanwright.learn.forward import Past


def lived(seed: int, *, effect: float = 0.0, count: int = 3000, frames: int = 1000, of_days: float = 0.0) -> Past:
    """Hits whose odds rise with their first feature by `effect`, and whose days are good or bad by `of_days`.

    The other features tell nothing; one of them is the same for all hits of a day.
    """
    draw = np.random.default_rng(seed)
    row = np.sort(draw.integers(100, frames, count))
    features = draw.normal(size=(count, 8))
    features[:, 7] = draw.normal(size=frames)[row]
    days = np.convolve(draw.normal(size=frames + 9), np.full(10, 10**-0.5), "valid")
    odds = -0.4 + effect * features[:, 0] + of_days * days[row]
    good = (draw.random(count) < 1 / (1 + np.exp(-odds))).astype(np.float64)
    net = np.where(good == 1, 2.0, -1.0) + 0.3 * draw.normal(size=count)
    return Past(row=row, day=row, due=row + 5, features=features, good=good, net=net, horizon=5, days=5)
