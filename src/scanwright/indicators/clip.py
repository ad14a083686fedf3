"""Clip: a series held between two bounds."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, max_, min_


@indicator(unit="as x", example="clip(rsi(14), 20, 80)")
def clip(x: Expr, low: Expr, high: Expr) -> Expr:
    """The series where it lies between low and high, else the bound that it passes."""
    return min_(max_(x, low), high)
