"""Money flow index: the share of the money that changed hands on rising typical prices."""

from __future__ import annotations

from scanwright.expr import Expr, hlc3, indicator, sum_, volume, where


@indicator(unit="0 to 100", source="TA-Lib, MFI; G. Quong and A. Soudack")
def mfi(n: int = 14) -> Expr:
    """100 times rising over rising and falling money of n bars; 0 where the typical price never moved.

    TA-Lib also answers 0 where less than one unit of money moved in all.
    """
    flow = hlc3 * volume
    rising = sum_(where(hlc3 > hlc3[1], flow, 0), n)
    falling = sum_(where(hlc3 < hlc3[1], flow, 0), n)
    return where(rising + falling == 0, 0, 100 * rising / (rising + falling))
