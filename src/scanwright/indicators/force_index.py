"""Force index after Elder: the change of the close times the volume behind it, smoothed."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator, volume


@indicator(unit="price times shares", source="A. Elder, Trading for a Living, 1993")
def force_index(n: int = 13) -> Expr:
    """The exponential mean over n bars."""
    return ema((close - close[1]) * volume, n)
