"""The TTM squeeze after John Carter: a quiet market that gathers itself, and the way it leans."""

from __future__ import annotations

from scanwright.expr import NUMBER, YESNO, Outputs, close, high, highest, indicator, low, lowest, mean, outputs
from scanwright.indicators.linreg import linreg
from scanwright.indicators.std import std
from scanwright.indicators.true_range import true_range


@indicator(
    unit="on: yes/no; momentum: price",
    source="J. Carter, Mastering the Trade, 2005",
    outputs={"on": YESNO, "momentum": NUMBER},
)
def ttm_squeeze(n: int = 20, k: float = 2.0, reach: float = 1.5) -> Outputs:
    """Whether volatility has shrunk into its usual range, and the trend within.

    on: the Bollinger bands (k standard deviations) lie inside the channel of `reach` mean true ranges, both around
    the simple moving average. momentum: the end of the regression line through the close less the middle between
    that average and the middle of the range of n bars.
    """
    average = mean(close, n)
    middle = ((highest(high, n) + lowest(low, n)) / 2 + average) / 2
    return outputs(
        on=k * std(close, n) < reach * mean(true_range(), n),
        momentum=linreg(close - middle, n).value,
    )
