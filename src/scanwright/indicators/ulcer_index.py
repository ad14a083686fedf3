"""Ulcer index after Martin: how deep and how long the price stood below its recent high."""

from __future__ import annotations

from scanwright.expr import Expr, close, highest, indicator, mean, sqrt


@indicator(unit="percent", source="P. Martin and B. McCann, The Investor's Guide to Fidelity Funds, 1989")
def ulcer_index(x: Expr = close, n: int = 14) -> Expr:
    """The root of the mean squared fall, over n bars, from the highest of the n bars up to each."""
    top = highest(x, n)
    fall = 100 * (x - top) / top
    return sqrt(mean(fall * fall, n))
