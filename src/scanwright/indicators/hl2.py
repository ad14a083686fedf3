"""The middle of the bar's range."""

from __future__ import annotations

from scanwright.expr import Expr, high, indicator, low


@indicator(unit="price", source="TA-Lib, MEDPRICE", noun=True)
def hl2() -> Expr:
    """The mean of high and low."""
    return (high + low) / 2
