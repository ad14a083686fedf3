"""Consecutive: on how many bars in a row a condition has been true."""

from __future__ import annotations

from scanwright.expr import Condition, Expr, cumulative, indicator, where


@indicator(unit="bars", example="consecutive(close > sma(50))")
def consecutive(condition: Condition) -> Expr:
    """The true bars in a row up to the present one, 0 where it is false.

    A bar on which it is unknown is passed over.
    """
    true = where(condition, 1, 0)
    return cumulative(true, true)
