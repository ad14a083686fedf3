"""All of: whether a condition was true on each of the last n bars."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, indicator, sum_


@indicator(gives=YESNO)
def all_of(condition: Condition, n: int = 10) -> Condition:
    """True where all of the last n bars were, the present one included; unknown while one of them is unknown."""
    return sum_(condition, n) == n
