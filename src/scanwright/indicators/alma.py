"""Arnaud Legoux moving average: a mean whose weights are a bell that leans to the latest bars."""

from __future__ import annotations

import math

from scanwright.expr import Expr, close, indicator


@indicator(unit="as x", source="A. Legoux and D. Kouzis-Loukas, 2009")
def alma(x: Expr = close, n: int = 9, offset: float = 0.85, sigma: float = 6.0) -> Expr:
    """The mean of n bars weighted by a bell.

    offset: where the bell's top stands, 0 at the oldest bar and 1 at the latest. sigma: how narrow the bell is.
    """
    top, width = offset * (n - 1), n / sigma
    weights = [math.exp(-((n - 1 - ago - top) ** 2) / (2 * width * width)) for ago in range(n)]
    whole = sum(weights)
    mean = x * (weights[0] / whole)
    for ago in range(1, n):
        mean += x[ago] * (weights[ago] / whole)
    return mean
