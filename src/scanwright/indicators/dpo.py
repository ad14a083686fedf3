"""Detrended price oscillator: the price against a mean that lies back by half its length."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean


@indicator(unit="as x")
def dpo(x: Expr = close, n: int = 21) -> Expr:
    """The distance to the mean of n bars as it was n / 2 + 1 bars ago."""
    return x - mean(x, n)[n // 2 + 1]
