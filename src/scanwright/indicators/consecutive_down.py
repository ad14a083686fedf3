"""Consecutive falls: how many bars in a row a series has fallen."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, positive
from scanwright.indicators.streak import streak


@indicator(unit="bars")
def consecutive_down(x: Expr = close) -> Expr:
    """The falls in a row up to the present bar, 0 where it did not fall; missing on the first bar."""
    return positive(-streak(x))
