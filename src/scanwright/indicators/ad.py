"""Accumulation and distribution after Chaikin: the running sum of the money flow volume."""

from __future__ import annotations

from scanwright.expr import Expr, cumulative, indicator
from scanwright.indicators.money_flow_volume import money_flow_volume


@indicator(unit="shares", source="TA-Lib, AD", noun=True)
def ad() -> Expr:
    """The sum from the symbol's first bar; its level depends on where that was, its changes do not."""
    return cumulative(money_flow_volume())
