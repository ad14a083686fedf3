"""Bollinger bands: the mean, and k standard deviations above and below it."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, close, indicator, mean, outputs
from scanwright.indicators.std import std


@indicator(
    unit="as x; width percent; percent_b 0 at the lower band, 1 at the upper",
    source="TA-Lib, BBANDS",
    outputs=("upper", "middle", "lower", "width", "percent_b"),
)
def bollinger(x: Expr = close, n: int = 20, k: float = 2.0) -> Outputs:
    """The simple moving average with bands of k standard deviations (of the population) around it.

    width: the distance of the bands in percent of the middle. percent_b: where x lies between the bands, 0 at the
    lower and 1 at the upper one.
    """
    middle, reach = mean(x, n), k * std(x, n)
    return outputs(
        upper=middle + reach,
        middle=middle,
        lower=middle - reach,
        width=200 * reach / middle,
        percent_b=(x - (middle - reach)) / (2 * reach),
    )
