"""Triangular moving average: a mean of a mean, the middle of the window weighs most."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean


@indicator(unit="as x", source="TA-Lib, TRIMA")
def trima(x: Expr = close, n: int = 20) -> Expr:
    """The mean of n bars whose weights rise to the middle and fall again."""
    return mean(mean(x, (n + 1) // 2), n // 2 + 1)
