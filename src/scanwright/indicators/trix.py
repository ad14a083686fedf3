"""TRIX: the rate of change of a triple exponential mean."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator
from scanwright.indicators.roc import roc


@indicator(unit="percent", source="J. Hutson, 1983; TA-Lib, TRIX")
def trix(x: Expr = close, n: int = 18) -> Expr:
    """The change in percent of the exponential mean of an exponential mean of an exponential mean."""
    return roc(ema(ema(ema(x, n), n), n), 1)
