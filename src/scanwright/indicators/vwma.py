"""Volume weighted moving average: the mean of the last n bars, each weighing as much as was traded."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean, volume


@indicator(unit="as x")
def vwma(x: Expr = close, n: int = 20) -> Expr:
    """The sum of x times volume over the sum of volume; missing where nothing was traded."""
    return mean(x * volume, n) / mean(volume, n)
