"""Aroon oscillator: whether the highest high or the lowest low is the more recent."""

from __future__ import annotations

from scanwright.expr import Expr, indicator
from scanwright.indicators.aroon import aroon


@indicator(unit="-100 to 100", source="T. Chande, 1995; TA-Lib, AROONOSC")
def aroon_osc(n: int = 14) -> Expr:
    """Aroon up less Aroon down."""
    return aroon(n).up - aroon(n).down
