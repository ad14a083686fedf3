"""Money flow index: the share of the money that changed hands on rising typical prices."""

from __future__ import annotations

from scanwright.expr import Expr, hlc3, indicator, sum_, volume, where

# What the rounding of (high + low + close) / 3 can make of two equal typical prices; TA-Lib's own bound.
ROUNDING = 1e-14


@indicator(unit="0 to 100", source="TA-Lib, MFI; G. Quong and A. Soudack")
def mfi(n: int = 14) -> Expr:
    """100 times rising over rising and falling money of n bars; 0 where the typical price never moved."""
    flow, move = hlc3 * volume, hlc3 - hlc3[1]
    still = ROUNDING * (hlc3 + hlc3[1])
    rising = sum_(where(move > still, flow, 0), n)
    falling = sum_(where(-move > still, flow, 0), n)
    return where(rising + falling == 0, 0, 100 * rising / (rising + falling))
