"""Hull moving average: weighted means of half and whole length, so that the lag nearly cancels."""

from __future__ import annotations

import math

from scanwright.expr import Expr, close, indicator
from scanwright.indicators.wma import wma


@indicator(unit="as x", source="A. Hull, 2005, alanhull.com/hull-moving-average", least={"n": 2})
def hull(x: Expr = close, n: int = 9) -> Expr:
    """The weighted mean over sqrt(n) bars of twice the weighted mean over n / 2 less that over n.

    Both lengths are rounded down.
    """
    return wma(2 * wma(x, n // 2) - wma(x, n), math.isqrt(n))
