"""Directional index after Wilder: how one-sided the directional movement is."""

from __future__ import annotations

from scanwright.expr import Expr, abs_, indicator
from scanwright.indicators.minus_di import minus_di
from scanwright.indicators.plus_di import plus_di


@indicator(unit="0 to 100", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, DX")
def dx(n: int = 14) -> Expr:
    """The difference of the two directional indicators in percent of their sum; missing where neither moved."""
    up, down = plus_di(n), minus_di(n)
    return 100 * abs_(up - down) / (up + down)
