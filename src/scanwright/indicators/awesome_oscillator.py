"""Awesome oscillator after Bill Williams: a fast mean of the bars' middles less a slow one."""

from __future__ import annotations

from scanwright.expr import Expr, hl2, indicator, mean


@indicator(unit="price", source="B. Williams, New Trading Dimensions, 1998")
def awesome_oscillator(fast: int = 5, slow: int = 34) -> Expr:
    """The mean of the middles of the last 5 bars less that of the last 34."""
    return mean(hl2, fast) - mean(hl2, slow)
