"""Relative strength to another symbol: the ratio of the two prices."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, of


@indicator(unit="ratio", example='relative_strength("SPY")')
def relative_strength(symbol: str, x: Expr = close) -> Expr:
    """X against the same of another symbol, its latest at or before the bar.

    The level says nothing; `roc(relative_strength("SPY"), 63)` is by how many percent a symbol has beaten it.
    """
    return x / of(symbol, x)
