"""A crossing upwards: one series was at or under another and is now over it."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, Expr, indicator, where


@indicator(gives=YESNO, example="crosses_above(close, sma(50))")
def crosses_above(a: Expr, b: Expr) -> Condition:
    """True on the bar where a is above b and was not on the bar before; unknown on the first bar."""
    over = a - b
    return where(over[1] <= 0, over, 0) > 0
