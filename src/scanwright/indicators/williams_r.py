"""Williams' percent R: how far the close is under the highest high of the last n bars."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, highest, indicator, low, lowest, where


@indicator(unit="-100 to 0", source="L. Williams; TA-Lib, WILLR")
def williams_r(n: int = 14) -> Expr:
    """The distance to the highest high in percent of the range of n bars; 0 where the range is nothing, as TA-Lib."""
    top, bottom = highest(high, n), lowest(low, n)
    return where(top == bottom, 0, -100 * (top - close) / (top - bottom))
