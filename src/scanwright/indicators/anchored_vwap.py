"""Volume-weighted average price since something happened."""

from __future__ import annotations

from scanwright.expr import Condition, Expr, cumulative, hlc3, indicator, value_when, volume, where


@indicator(
    unit="price",
    source="B. Shannon, Maximum Trading Gains with Anchored VWAP, 2022",
    example="anchored_vwap(volume > 3 * volume[1])",
)
def anchored_vwap(since: Condition, x: Expr = hlc3) -> Expr:
    """Price times volume over volume from the bar on which the condition was last true; missing before the first."""
    anchor = value_when(since, cumulative(where(since, 1, 0)))
    return cumulative(x * volume, anchor) / cumulative(volume, anchor)
