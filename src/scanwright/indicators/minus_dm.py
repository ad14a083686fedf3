"""Downward directional movement after Wilder: how far the lows fell beyond the rise of the highs."""

from __future__ import annotations

from scanwright.expr import Expr, high, indicator, low, where, wilder_flow


@indicator(unit="price", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, MINUS_DM")
def minus_dm(n: int = 14) -> Expr:
    """Wilder's running sum of the falls of the low, where they are larger than the rises of the high."""
    rise, fall = high - high[1], low[1] - low
    return n * wilder_flow(where((fall > rise) & (fall > 0), fall, 0), n)
