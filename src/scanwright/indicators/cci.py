"""Commodity channel index: how far the typical price is from its mean, in usual deviations."""

from __future__ import annotations

from scanwright.expr import Expr, call, hlc3, indicator, mean, where


@indicator(unit="100 is one and a half mean deviations", source="D. Lambert, 1980; TA-Lib, CCI")
def cci(x: Expr = hlc3, n: int = 20) -> Expr:
    """The distance to the mean of n bars in units of 0.015 mean deviations; 0 where nothing moved."""
    spread = call("mean_deviation", x, params=(n,))
    return where(spread == 0, 0, (x - mean(x, n)) / (0.015 * spread))
