"""Average daily range: how far high and low of a bar usually lie apart."""

from __future__ import annotations

from scanwright.expr import Expr, high, indicator, low, mean


@indicator(unit="percent")
def adr(n: int = 20) -> Expr:
    """The mean over n bars of high above low, in percent of the low; without gaps, unlike `natr`."""
    return 100 * (mean(high / low, n) - 1)
