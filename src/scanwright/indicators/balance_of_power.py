"""Balance of power: where the bar closed against where it opened, in its range."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, low, open_, where


@indicator(unit="-1 to 1", source="I. Livshin, 2001; TA-Lib, BOP")
def balance_of_power() -> Expr:
    """Close less open against high less low; 0 where the bar has no range, as TA-Lib."""
    return where(high == low, 0, (close - open_) / (high - low))
