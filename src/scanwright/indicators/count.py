"""Count: on how many of the last n bars a condition was true."""

from __future__ import annotations

from scanwright.expr import Condition, Expr, indicator, sum_


@indicator(unit="bars")
def count(condition: Condition, n: int = 10) -> Expr:
    """How often the condition was true in the last n bars, the present one included.

    Missing while one of them is unknown.
    """
    return sum_(condition, n)
