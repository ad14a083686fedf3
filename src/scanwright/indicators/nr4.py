"""NR4 after Crabel: the narrowest range of four bars."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, indicator
from scanwright.indicators.narrow_range import narrow_range


@indicator(gives=YESNO, source="T. Crabel, Day Trading with Short Term Price Patterns, 1990", noun=True)
def nr4() -> Condition:
    """`narrow_range(4)`."""
    return narrow_range(4)
