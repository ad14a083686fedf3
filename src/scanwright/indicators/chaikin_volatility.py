"""Chaikin's volatility: how much the smoothed range has widened."""

from __future__ import annotations

from scanwright.expr import Expr, ema, high, indicator, low


@indicator(unit="percent", source="M. Chaikin; lengths of TradingView")
def chaikin_volatility(n: int = 10, change: int = 10) -> Expr:
    """The change over `change` bars of the exponential mean over n bars of high less low."""
    span = ema(high - low, n)
    return 100 * (span - span[change]) / span[change]
