"""Volatility after Parkinson: from the ranges of the bars."""

from __future__ import annotations

import math

from scanwright.expr import Expr, high, indicator, log, low, mean, sqrt


@indicator(unit="percent a year", source="M. Parkinson, Journal of Business 53, 1980")
def parkinson(n: int = 20, bars_a_year: float = 252.0) -> Expr:
    """The square root of the mean squared log range over 4 ln 2; blind to gaps and drift."""
    span = log(high / low)
    return 100 * sqrt(mean(span * span, n) * (bars_a_year / (4 * math.log(2))))
