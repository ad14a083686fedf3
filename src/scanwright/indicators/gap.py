"""The gap: where the bar opened against the previous close."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, open_


@indicator(unit="percent")
def gap() -> Expr:
    """The open against the previous close, in percent of it."""
    return 100 * (open_ / close[1] - 1)
