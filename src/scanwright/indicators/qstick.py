"""Qstick: the mean body of the last n bars."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean, open_


@indicator(unit="price", source="T. Chande and S. Kroll, The New Technical Trader, 1994")
def qstick(n: int = 8) -> Expr:
    """The mean of close less open."""
    return mean(close - open_, n)
