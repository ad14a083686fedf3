"""Stochastic momentum index: how far the close is from the middle of its range, doubly smoothed."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, high, highest, indicator, low, lowest


@indicator(unit="-100 to 100", source="W. Blau, Momentum, Direction, and Divergence, 1995")
def smi(n: int = 10, smooth: int = 3) -> Expr:
    """The close less the middle of the range of n bars, against half that range.

    Its usual signal line is `ema(smi(), 3)`.
    """
    top, bottom = highest(high, n), lowest(low, n)
    away, reach = close - (top + bottom) / 2, top - bottom
    return 200 * ema(ema(away, smooth), smooth) / ema(ema(reach, smooth), smooth)
