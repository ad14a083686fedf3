"""Distance to the low of the last n bars: where the close stands against it."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, low, lowest


@indicator(unit="percent")
def distance_to_low(n: int = 252) -> Expr:
    """Percent from the lowest low of n bars, this one included, to the close: 0 or more; 252 days are 52 weeks."""
    return 100 * (close / lowest(low, n) - 1)
