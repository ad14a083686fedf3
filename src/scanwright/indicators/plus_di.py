"""Upward directional indicator after Wilder: upward movement in percent of the true range."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, wilder_flow
from scanwright.indicators.plus_dm import plus_dm
from scanwright.indicators.true_range import true_range


@indicator(unit="percent", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, PLUS_DI")
def plus_di(n: int = 14) -> Expr:
    """Upward directional movement in percent of the true range, both as Wilder's running sums."""
    return 100 * plus_dm(n) / (n * wilder_flow(true_range(), n))
