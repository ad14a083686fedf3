"""Elder ray: how far bulls and bears carried the bar beyond the average."""

from __future__ import annotations

from scanwright.expr import Outputs, close, ema, high, indicator, low, outputs


@indicator(unit="price", source="A. Elder, Trading for a Living, 1993", outputs=("bull", "bear"))
def elder_ray(n: int = 13) -> Outputs:
    """bull: the high less the exponential mean of the close. bear: the low less it."""
    average = ema(close, n)
    return outputs(bull=high - average, bear=low - average)
