"""Distance to the high of the last n bars: where the close stands against it."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, highest, indicator


@indicator(unit="percent")
def distance_to_high(n: int = 252) -> Expr:
    """Percent from the highest high of n bars, this one included, to the close: 0 or less; 252 days are 52 weeks."""
    return 100 * (close / highest(high, n) - 1)
