"""Covariance: how two series vary together."""

from __future__ import annotations

from scanwright.expr import Expr, comoments, indicator


@indicator(unit="unit of x times unit of y")
def cov(x: Expr, y: Expr, n: int = 20) -> Expr:
    """The population's covariance of two series over the last n bars."""
    return comoments(x, y, n).cov
