"""Rate of change: how many percent a series has come in n bars."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator


@indicator(unit="percent", source="TA-Lib, ROC")
def roc(x: Expr = close, n: int = 9) -> Expr:
    """The change since n bars ago in percent of the value then."""
    return 100 * (x / x[n] - 1)
