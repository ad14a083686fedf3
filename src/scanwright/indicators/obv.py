"""On-balance volume after Granville: volume added on days that close higher, taken off on days that close lower."""

from __future__ import annotations

from scanwright.expr import Expr, close, cumulative, fill, indicator, sign, volume


@indicator(unit="shares", source="TA-Lib, OBV; J. Granville, New Key to Stock Market Profits, 1963", noun=True)
def obv() -> Expr:
    """The sum from the symbol's first bar, whose volume counts as added; shown from the second bar."""
    return cumulative(fill(sign(close - close[1]), 1) * volume) + 0 * close[1]
