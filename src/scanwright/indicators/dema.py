"""Double exponential moving average: an exponential mean with its lag taken out once."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="as x", source="P. Mulloy, Smoothing Data with Faster Moving Averages, 1994; TA-Lib, DEMA")
def dema(x: Expr = close, n: int = 9) -> Expr:
    """Twice the exponential mean less the exponential mean of that."""
    once = ema(x, n)
    return 2 * once - ema(once, n)
