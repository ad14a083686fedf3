"""Chaikin's oscillator: how a short mean of accumulation and distribution stands to a long one."""

from __future__ import annotations

from scanwright.expr import Expr, call, indicator
from scanwright.indicators.ad import ad


@indicator(unit="shares", source="TA-Lib, ADOSC; lengths of M. Chaikin")
def adosc(fast: int = 3, slow: int = 10) -> Expr:
    """The difference of two exponential means of `ad`, both begun with its first value.

    Shown from the bar on which the longer one is full.
    """
    line = ad()
    means = [call("ema_from_first", line, params=(n,)) for n in (fast, slow)]
    return means[0] - means[1] + 0 * line[max(fast, slow) - 1]
