"""Narrow range after Crabel: the smallest range of the last n bars."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, high, indicator, low, lowest


@indicator(gives=YESNO, source="T. Crabel, Day Trading with Short Term Price Patterns, 1990")
def narrow_range(n: int = 7) -> Condition:
    """No bar of the last n had a smaller range; the present one may share its place."""
    return high - low <= lowest(high - low, n)
