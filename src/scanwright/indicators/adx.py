"""Average directional index after Wilder: how strong a trend is, whichever way it goes."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, wilder
from scanwright.indicators.dx import dx


@indicator(unit="0 to 100", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, ADX")
def adx(n: int = 14) -> Expr:
    """Wilder's mean of the directional index."""
    return wilder(dx(n), n)
