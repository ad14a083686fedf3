"""Volatility of closes: how widely the log returns of the last n bars spread, for a year."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, log, sqrt, var


@indicator(unit="percent a year", source="TradingView, Historical Volatility")
def historical_volatility(x: Expr = close, n: int = 10, bars_a_year: float = 252.0) -> Expr:
    """The population's standard deviation of log returns, times the root of the bars in a year."""
    return 100 * sqrt(var(log(x / x[1]), n) * bars_a_year)
