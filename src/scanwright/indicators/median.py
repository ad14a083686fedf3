"""The median: the middle one of the last n bars."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, quantile


@indicator(unit="as x")
def median(x: Expr = close, n: int = 20) -> Expr:
    """The middle value of the last n bars; the mean of the two middle ones where n is even."""
    return quantile(x, n, 0.5)
