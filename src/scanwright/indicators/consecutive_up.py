"""Consecutive rises: how many bars in a row a series has risen."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, positive
from scanwright.indicators.streak import streak


@indicator(unit="bars")
def consecutive_up(x: Expr = close) -> Expr:
    """The rises in a row up to the present bar, 0 where it did not rise; missing on the first bar."""
    return positive(streak(x))
