"""Vortex: the upward flow from low to high against the downward flow from high to low."""

from __future__ import annotations

from scanwright.expr import Outputs, abs_, high, indicator, low, outputs, sum_
from scanwright.indicators.true_range import true_range


@indicator(unit="ratio", source="E. Botes and D. Siepman, The Vortex Indicator, 2010", outputs=("plus", "minus"))
def vortex(n: int = 14) -> Outputs:
    """The distances of each extreme to the opposite one of the bar before, against the true range, summed over n bars.

    plus: from the low before to the high. minus: from the high before to the low.
    """
    whole = sum_(true_range(), n)
    plus, minus = sum_(abs_(high - low[1]), n), sum_(abs_(low - high[1]), n)
    return outputs(plus=plus / whole, minus=minus / whole)
