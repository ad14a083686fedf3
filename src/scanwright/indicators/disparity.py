"""Disparity: how many percent a series is above its mean."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean


@indicator(unit="percent", source="S. Nison, Beyond Candlesticks, 1994")
def disparity(x: Expr = close, n: int = 14) -> Expr:
    """The distance to the mean of n bars in percent of it."""
    return 100 * (x / mean(x, n) - 1)
