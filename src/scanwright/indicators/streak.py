"""Streak: how many bars in a row a series has risen or fallen."""

from __future__ import annotations

from scanwright.expr import Expr, close, cumulative, indicator, sign


@indicator(unit="bars, negative for falls")
def streak(x: Expr = close) -> Expr:
    """3 after three rises in a row, -2 after two falls in a row, 0 where it is unchanged; missing on the first bar."""
    way = sign(x - x[1])
    return cumulative(way, way)
