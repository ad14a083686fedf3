"""Price and volume trend: volume added in proportion to the change of the close."""

from __future__ import annotations

from scanwright.expr import Expr, close, cumulative, indicator, volume


@indicator(unit="shares", source="Pine Script, ta.pvt", noun=True)
def pvt() -> Expr:
    """The sum of volume times the relative change, from the symbol's second bar."""
    return cumulative(volume * (close - close[1]) / close[1])
