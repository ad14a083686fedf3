"""Standard deviation: how far the last n bars lie from their mean."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, sqrt, var


@indicator(unit="as x", source="TA-Lib, STDDEV")
def std(x: Expr = close, n: int = 20) -> Expr:
    """The population's standard deviation over the last n bars (divided by n, not n - 1)."""
    return sqrt(var(x, n))
