"""Schaff trend cycle: where the MACD lies in its range, and where that lies in its own."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, highest, indicator, lowest, value_when
from scanwright.indicators.macd import macd


@indicator(unit="0 to 100", source="D. Schaff, 1999")
def schaff(x: Expr = close, fast: int = 23, slow: int = 50, n: int = 10) -> Expr:
    """The place of the MACD line in its range of n bars, smoothed by half, and the same once more of that.

    Where a range is nothing the last place counts. Charts that seed the smoothing with its first value, not with the
    mean of three, agree to 1e-9 from some 60 bars after the slow mean's seed on.
    """
    smooth = macd(x, fast, slow).line
    for _ in range(2):
        bottom = lowest(smooth, n)
        reach = highest(smooth, n) - bottom
        smooth = ema(value_when(reach > 0, 100 * (smooth - bottom) / reach), 3)
    return smooth
