"""True range after Wilder: the range of the bar, with the gap to the previous close."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, low, max_, min_


@indicator(unit="price", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978")
def true_range() -> Expr:
    """The largest of high - low, and the distances of high and low to the previous close; missing on the first bar."""
    before = close[1]
    return max_(high, before) - min_(low, before)
