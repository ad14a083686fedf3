"""Upward directional movement after Wilder: how far the highs rose beyond the fall of the lows."""

from __future__ import annotations

from scanwright.expr import Expr, high, indicator, low, where, wilder_flow


@indicator(unit="price", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, PLUS_DM")
def plus_dm(n: int = 14) -> Expr:
    """Wilder's running sum of the rises of the high, where they are larger than the falls of the low."""
    rise, fall = high - high[1], low[1] - low
    return n * wilder_flow(where((rise > fall) & (rise > 0), rise, 0), n)
