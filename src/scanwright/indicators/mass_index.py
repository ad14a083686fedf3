"""Mass index after Dorsey: ranges that widen and narrow again, whatever the direction."""

from __future__ import annotations

from scanwright.expr import Expr, ema, high, indicator, low, sum_


@indicator(unit="about n", source="D. Dorsey, Stocks and Commodities, June 1992; lengths of TradingView")
def mass_index(n: int = 10, smooth: int = 9) -> Expr:
    """The sum over n bars of the mean range over the mean of the mean range; Dorsey sums 25 bars and watches 27.

    Means start with the plain mean of their first values; libraries that start them with the first value agree to 1e-9
    after about 150 bars.
    """
    once = ema(high - low, smooth)
    return sum_(once / ema(once, smooth), n)
