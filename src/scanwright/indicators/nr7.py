"""NR7 after Crabel: the narrowest range of seven bars."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, indicator
from scanwright.indicators.narrow_range import narrow_range


@indicator(gives=YESNO, source="T. Crabel, Day Trading with Short Term Price Patterns, 1990", noun=True)
def nr7() -> Condition:
    """`narrow_range(7)`."""
    return narrow_range(7)
