"""Ease of movement after Arms: how far the middle of the bar moved for the volume it took."""

from __future__ import annotations

from scanwright.expr import Expr, high, hl2, indicator, low, mean, volume


@indicator(unit="10,000 price squared a share", source="R. Arms; scale and length of TradingView")
def ease_of_movement(n: int = 14) -> Expr:
    """The plain mean over n bars of 10,000 x move of the middle x range / volume."""
    return mean(10_000 * (hl2 - hl2[1]) * (high - low) / volume, n)
