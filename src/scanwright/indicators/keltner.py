"""Keltner's channel: an exponential mean with bands of average true ranges."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, close, ema, indicator, outputs
from scanwright.indicators.atr import atr


@indicator(unit="price", source="C. Keltner, L. Raschke; lengths of TradingView", outputs=("upper", "middle", "lower"))
def keltner(x: Expr = close, n: int = 20, k: float = 2.0, range_bars: int = 10) -> Outputs:
    """The exponential mean over n bars, and k times `atr(range_bars)` above and below it."""
    middle, width = ema(x, n), k * atr(range_bars)
    return outputs(upper=middle + width, middle=middle, lower=middle - width)
