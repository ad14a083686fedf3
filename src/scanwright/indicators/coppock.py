"""Coppock curve: two long rates of change, smoothed by a weighted mean."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator
from scanwright.indicators.roc import roc
from scanwright.indicators.wma import wma


@indicator(unit="percent", source="E. Coppock, in Barron's, 1962")
def coppock(x: Expr = close, n: int = 10, long: int = 14, short: int = 11) -> Expr:
    """The weighted mean over n bars of the rates of change over `long` and `short` bars, added."""
    return wma(roc(x, long) + roc(x, short), n)
