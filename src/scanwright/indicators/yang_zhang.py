"""Volatility after Yang and Zhang: gaps, bodies and ranges together, whatever the drift."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, log, low, mean, open_, sqrt, var


@indicator(unit="percent a year", source="D. Yang and Q. Zhang, Journal of Business 73, 2000", least={"n": 2})
def yang_zhang(n: int = 20, bars_a_year: float = 252.0) -> Expr:
    """The variance of the gaps, k times that of the bodies and 1 - k times Rogers and Satchell's, with the paper's k.

    Variances are the sample's (over n - 1).
    """
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    gaps = var(log(open_ / close[1]), n) * (n / (n - 1))
    bodies = var(log(close / open_), n) * (n / (n - 1))
    ranges = mean(log(high / close) * log(high / open_) + log(low / close) * log(low / open_), n)
    return 100 * sqrt((gaps + k * bodies + (1 - k) * ranges) * bars_a_year)
