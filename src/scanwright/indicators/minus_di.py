"""Downward directional indicator after Wilder: downward movement in percent of the true range."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, wilder_flow
from scanwright.indicators.minus_dm import minus_dm
from scanwright.indicators.true_range import true_range


@indicator(unit="percent", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, MINUS_DI")
def minus_di(n: int = 14) -> Expr:
    """Downward directional movement in percent of the true range, both as Wilder's running sums."""
    return 100 * minus_dm(n) / (n * wilder_flow(true_range(), n))
