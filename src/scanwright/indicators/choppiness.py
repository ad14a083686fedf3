"""Choppiness after Dreiss: how much of the way travelled led nowhere."""

from __future__ import annotations

import math

from scanwright.expr import Expr, high, highest, indicator, log, low, lowest, sum_
from scanwright.indicators.true_range import true_range


@indicator(unit="0 to 100", source="E. Dreiss; length of TradingView", least={"n": 2})
def choppiness(n: int = 14) -> Expr:
    """The logarithm to the base n of the true ranges' sum over the range of all n bars, in hundredths."""
    return 100 / math.log(n) * log(sum_(true_range(), n) / (highest(high, n) - lowest(low, n)))
