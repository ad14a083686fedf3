"""Money flow volume after Chaikin: a bar's volume, signed by where in its range it closed."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, low, volume, where


@indicator(unit="shares", source="TA-Lib, AD; M. Chaikin's accumulation and distribution", noun=True)
def money_flow_volume() -> Expr:
    """All of the volume for a close at the high, minus all of it for one at the low; 0 where high and low are equal."""
    return where(high == low, 0, ((close - low) - (high - close)) / (high - low) * volume)
