"""Correlation after Pearson: how closely two series lie on one straight line."""

from __future__ import annotations

from scanwright.expr import Expr, comoments, indicator, sqrt


@indicator(unit="-1 to 1", source="TA-Lib, CORREL")
def corr(x: Expr, y: Expr, n: int = 20) -> Expr:
    """The correlation of two series over the last n bars.

    Missing where one of them did not move (TA-Lib says 0 there).
    """
    both = comoments(x, y, n)
    return both.cov / sqrt(both.var_x * both.var_y)
