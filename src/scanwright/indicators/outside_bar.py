"""Outside bar: the bar reaches beyond both ends of the one before."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, high, indicator, low


@indicator(gives=YESNO, noun=True)
def outside_bar() -> Condition:
    """A higher high and a lower low."""
    return (high > high[1]) & (low < low[1])
