"""Volatility after Rogers and Satchell: from the bars' prices, whatever the drift."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, log, low, mean, open_, sqrt


@indicator(unit="percent a year", source="L. Rogers and S. Satchell, Annals of Applied Probability 1, 1991")
def rogers_satchell(n: int = 20, bars_a_year: float = 252.0) -> Expr:
    """The square root of the mean of ln(h/c) ln(h/o) + ln(l/c) ln(l/o); blind to gaps."""
    term = log(high / close) * log(high / open_) + log(low / close) * log(low / open_)
    return 100 * sqrt(mean(term, n) * bars_a_year)
