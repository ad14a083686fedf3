"""Standard score over time: how many standard deviations a series is from its mean."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean
from scanwright.indicators.std import std


@indicator(unit="standard deviations")
def standard_score(x: Expr = close, n: int = 20) -> Expr:
    """The distance to the mean of n bars in standard deviations of the same bars; across symbols it is `zscore(x)`."""
    return (x - mean(x, n)) / std(x, n)
