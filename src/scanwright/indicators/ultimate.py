"""Ultimate oscillator: buying pressure over three lengths, the shortest weighing most."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, low, max_, min_, sum_


@indicator(unit="0 to 100", source="L. Williams, The Ultimate Oscillator, 1985; TA-Lib, ULTOSC")
def ultimate(short: int = 7, middle: int = 14, long: int = 28) -> Expr:
    """The share of the true range under the close, summed over three lengths that weigh 4, 2 and 1."""
    before = close[1]
    bottom = min_(low, before)
    pressure, reach = close - bottom, max_(high, before) - bottom
    first, second, third = (sum_(pressure, n) / sum_(reach, n) for n in sorted((short, middle, long)))
    return 100 * (4 * first + 2 * second + third) / 7
