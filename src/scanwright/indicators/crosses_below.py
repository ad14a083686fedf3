"""A crossing downwards: one series was at or over another and is now under it."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, Expr, indicator, where


@indicator(gives=YESNO, example="crosses_below(close, sma(50))")
def crosses_below(a: Expr, b: Expr) -> Condition:
    """True on the bar where a is below b and was not on the bar before; unknown on the first bar."""
    over = a - b
    return where(over[1] >= 0, over, 0) < 0
