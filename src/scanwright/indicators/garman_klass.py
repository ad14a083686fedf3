"""Volatility after Garman and Klass: from range and body of the bars."""

from __future__ import annotations

import math

from scanwright.expr import Expr, close, high, indicator, log, low, mean, open_, sqrt


@indicator(unit="percent a year", source="M. Garman and M. Klass, Journal of Business 53, 1980")
def garman_klass(n: int = 20, bars_a_year: float = 252.0) -> Expr:
    """The root of the mean of half the squared log range less 2 ln 2 - 1 times the squared log body; blind to gaps."""
    span, body = log(high / low), log(close / open_)
    return 100 * sqrt(mean(span * span / 2 - (2 * math.log(2) - 1) * body * body, n) * bars_a_year)
