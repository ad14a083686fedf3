"""Donchian's channel: the highest high and the lowest low of the last n bars."""

from __future__ import annotations

from scanwright.expr import Outputs, high, highest, indicator, low, lowest, outputs


@indicator(unit="price", source="R. Donchian; length of TradingView", outputs=("upper", "middle", "lower"))
def donchian(n: int = 20) -> Outputs:
    """Both ends, the present bar included, and the middle between them."""
    upper, lower = highest(high, n), lowest(low, n)
    return outputs(upper=upper, middle=(upper + lower) / 2, lower=lower)
