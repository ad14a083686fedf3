"""A crossing in either direction."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, Expr, indicator
from scanwright.indicators.crosses_above import crosses_above
from scanwright.indicators.crosses_below import crosses_below


@indicator(gives=YESNO, example="crosses(close, sma(50))")
def crosses(a: Expr, b: Expr) -> Condition:
    """True on the bar where a goes from one side of b to the other; unknown on the first bar."""
    return crosses_above(a, b) | crosses_below(a, b)
