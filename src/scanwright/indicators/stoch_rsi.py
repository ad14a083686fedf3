"""Stochastic RSI: where the RSI lies in its own range of the last bars."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, close, highest, indicator, lowest, mean, outputs, where
from scanwright.indicators.rsi import rsi


@indicator(
    unit="0 to 100",
    source="T. Chande and S. Kroll, The New Technical Trader, 1994; TA-Lib, STOCHRSI",
    outputs=("k", "d"),
)
def stoch_rsi(x: Expr = close, n: int = 14, window: int = 14, smooth: int = 3, d: int = 3) -> Outputs:
    """The RSI over n bars between its lowest (0) and its highest value (100) of `window` bars; 0 where it did not move.

    k: the mean of that over `smooth` bars (1 is TA-Lib's). d: the mean of k over d bars.
    """
    strength = rsi(x, n)
    top, bottom = highest(strength, window), lowest(strength, window)
    k = mean(where(top == bottom, 0, 100 * (strength - bottom) / (top - bottom)), smooth)
    return outputs(k=k, d=mean(k, d))
