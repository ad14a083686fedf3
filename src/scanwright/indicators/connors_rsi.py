"""Connors RSI: a short RSI, the RSI of the streak, and the rank of the last move."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, percentile_rank
from scanwright.indicators.roc import roc
from scanwright.indicators.rsi import rsi
from scanwright.indicators.streak import streak


@indicator(unit="0 to 100", source="L. Connors and C. Alvarez, An Introduction to ConnorsRSI, 2012")
def connors_rsi(x: Expr = close, n: int = 3, run: int = 2, rank: int = 100) -> Expr:
    """The mean of three figures from 0 to 100.

    They are the RSI over n bars, the RSI over `run` bars of the length of the streak, and the percent of the `rank`
    moves before that were not larger than the last one.
    """
    return (rsi(x, n) + rsi(streak(x), run) + percentile_rank(roc(x, 1), rank)) / 3
