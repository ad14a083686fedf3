"""Stochastic oscillator: where the close lies in the range of the last n bars."""

from __future__ import annotations

from scanwright.expr import Outputs, close, high, highest, indicator, low, lowest, mean, outputs, where


@indicator(unit="0 to 100", source="G. Lane; TA-Lib, STOCH", outputs=("k", "d"))
def stoch(n: int = 14, smooth: int = 1, d: int = 3) -> Outputs:
    """The close between the lowest low (0) and the highest high (100) of n bars.

    k: the mean of that over `smooth` bars. d: the mean of k over d bars. Where the range is nothing the place
    is 0, as in TA-Lib.
    """
    top, bottom = highest(high, n), lowest(low, n)
    k = mean(where(top == bottom, 0, 100 * (close - bottom) / (top - bottom)), smooth)
    return outputs(k=k, d=mean(k, d))
