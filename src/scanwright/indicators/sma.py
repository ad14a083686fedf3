"""The simple moving average: the plain mean of the last n bars."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean


@indicator(unit="as x", source="TA-Lib, SMA")
def sma(x: Expr = close, n: int = 9) -> Expr:
    """The mean over the last n bars; the same as `mean(x, n)`."""
    return mean(x, n)
