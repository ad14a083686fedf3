"""Chandelier exit after Le Beau: a stop that hangs from the highest high by a number of average true ranges."""

from __future__ import annotations

from scanwright.expr import Outputs, high, highest, indicator, low, lowest, outputs
from scanwright.indicators.atr import atr


@indicator(unit="price", source="C. Le Beau; A. Elder, Come Into My Trading Room, 2002", outputs=("long", "short"))
def chandelier_exit(n: int = 22, k: float = 3.0) -> Outputs:
    """The stop of a long position below the highest high, that of a short one above the lowest low."""
    width = k * atr(n)
    return outputs(long=highest(high, n) - width, short=lowest(low, n) + width)
