"""Average true range after Wilder: how much a bar usually moves."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, wilder
from scanwright.indicators.true_range import true_range


@indicator(unit="price", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978")
def atr(n: int = 14) -> Expr:
    """Wilder's mean of the true range."""
    return wilder(true_range(), n)
