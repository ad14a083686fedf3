"""Historical volatility over 20 bars, under the name that it has beside implied volatility."""

from __future__ import annotations

from scanwright.expr import Expr, indicator
from scanwright.indicators.historical_volatility import historical_volatility


@indicator(unit="percent a year", source="TradingView, Historical Volatility", noun=True)
def hv20() -> Expr:
    """The spread of the log returns of the last 20 bars, for a year of 252."""
    return historical_volatility(n=20)
