"""Know sure thing: four rates of change, smoothed and weighted by their length."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, mean
from scanwright.indicators.roc import roc


@indicator(unit="percent, weighted", source="M. Pring, 1992")
def kst(x: Expr = close) -> Expr:
    """The sum of the smoothed rates of change over 10, 15, 20 and 30 bars, weighing 1, 2, 3 and 4.

    Its usual signal line is `sma(kst(), 9)`.
    """
    return mean(roc(x, 10), 10) + 2 * mean(roc(x, 15), 10) + 3 * mean(roc(x, 20), 10) + 4 * mean(roc(x, 30), 15)
