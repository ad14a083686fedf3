"""Within: whether a condition was true at least once in the last n bars."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, indicator, sum_


@indicator(gives=YESNO)
def within(condition: Condition, n: int = 10) -> Condition:
    """True where one of the last n bars was, the present one included; unknown while one of them is unknown."""
    return sum_(condition, n) > 0
