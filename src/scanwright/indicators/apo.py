"""Absolute price oscillator: a fast exponential mean less a slow one."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="as x", source="TA-Lib, APO with exponential means")
def apo(x: Expr = close, fast: int = 12, slow: int = 26) -> Expr:
    """The distance of two exponential means.

    As in TA-Lib, the fast mean is seeded late, with the bars that end where the slow one's seed ends.
    """
    fast, slow = sorted((fast, slow))
    return ema(x, fast, slow - fast) - ema(x, slow)
