"""Schaff trend cycle: where the MACD lies in its range, and where that lies in its own."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, highest, indicator, lowest, value_when
from scanwright.indicators.apo import apo


@indicator(unit="0 to 100", source="D. Schaff, 1999")
def schaff(x: Expr = close, fast: int = 23, slow: int = 50, n: int = 10) -> Expr:
    """The place of the distance of two exponential means in its range of n bars, smoothed by half, twice over.

    The second time it is the place of the first result in its own range. Where a range is nothing the last place
    counts. Charts that seed the smoothing with its first value, not with the mean of three, agree to 1e-9 from some
    60 bars after the slow mean's first.
    """
    smooth = apo(x, fast, slow)
    for _ in range(2):
        bottom = lowest(smooth, n)
        reach = highest(smooth, n) - bottom
        smooth = ema(value_when(reach > 0, 100 * (smooth - bottom) / reach), 3)
    return smooth
