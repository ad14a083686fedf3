"""Triple exponential moving average: an exponential mean with its lag taken out twice."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="as x", source="P. Mulloy, Smoothing Data with Faster Moving Averages, 1994; TA-Lib, TEMA")
def tema(x: Expr = close, n: int = 9) -> Expr:
    """Three times the exponential mean, less three times its own, and once that of those."""
    once = ema(x, n)
    twice = ema(once, n)
    return 3 * once - 3 * twice + ema(twice, n)
