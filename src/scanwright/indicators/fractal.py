"""Fractals after Williams: the latest confirmed swing high and swing low."""

from __future__ import annotations

from scanwright.expr import Outputs, high, highest, indicator, low, lowest, outputs, value_when


@indicator(unit="price", source="B. Williams, Trading Chaos, 1995", outputs=("high", "low"))
def fractal(n: int = 2) -> Outputs:
    """A high above the highs of the n bars on either side, a low below their lows; shown from the n-th bar after it."""
    top, bottom = high[n], low[n]
    peak = (top > highest(high, n)) & (top > highest(high, n)[n + 1])
    trough = (bottom < lowest(low, n)) & (bottom < lowest(low, n)[n + 1])
    return outputs(high=value_when(peak, top), low=value_when(trough, bottom))
