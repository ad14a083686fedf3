"""Efficiency ratio after Kaufman: how straight the way of the last n bars was."""

from __future__ import annotations

from scanwright.expr import Expr, abs_, close, indicator, sum_


@indicator(unit="0 to 1", source="P. Kaufman, Trading Systems and Methods, 1995")
def efficiency_ratio(x: Expr = close, n: int = 10) -> Expr:
    """The size of the change over n bars against the sum of the sizes of each; missing where nothing moved."""
    return abs_(x - x[n]) / sum_(abs_(x - x[1]), n)
