"""The weighted moving average: the latest bar counts n times, the one before n - 1 times, and so on."""

from __future__ import annotations

from scanwright.expr import Expr, close, comoments, cumulative, indicator, mean


@indicator(unit="as x", source="TA-Lib, WMA")
def wma(x: Expr = close, n: int = 9) -> Expr:
    """The mean of the last n bars with weights 1, 2, ... n, the latest bar having n.

    Written as the plain mean and the covariance with the bar's number, which lose no digits after large values.
    """
    number = cumulative(1 + 0 * x)
    return mean(x, n) + comoments(number, x, n).cov * 2 / (n + 1)
