"""Zero-lag exponential moving average: what has been added since the lag is added once more."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="as x", source="J. Ehlers and R. Way, Zero Lag (Well, Almost), 2010")
def zlema(x: Expr = close, n: int = 20) -> Expr:
    """The exponential mean of x plus its change over half the length."""
    ago = (n - 1) // 2
    return ema(x + (x - x[ago]), n)
