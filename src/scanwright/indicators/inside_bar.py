"""Inside bar: the whole bar lies within the one before."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, high, indicator, low


@indicator(gives=YESNO, noun=True)
def inside_bar() -> Condition:
    """A lower high and a higher low."""
    return (high < high[1]) & (low > low[1])
