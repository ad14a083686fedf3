"""Acceleration and deceleration after Bill Williams: whether the awesome oscillator gains on its mean."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, mean
from scanwright.indicators.awesome_oscillator import awesome_oscillator


@indicator(unit="price", source="B. Williams, New Trading Dimensions, 1998")
def acceleration_deceleration(fast: int = 5, slow: int = 34, n: int = 5) -> Expr:
    """The awesome oscillator less its mean over n bars."""
    drive = awesome_oscillator(fast, slow)
    return drive - mean(drive, n)
