"""Average directional index rating after Wilder: the trend's strength now and a while ago."""

from __future__ import annotations

from scanwright.expr import Expr, indicator
from scanwright.indicators.adx import adx


@indicator(unit="0 to 100", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib, ADXR")
def adxr(n: int = 14) -> Expr:
    """The mean of the average directional index and of its value n - 1 bars ago."""
    strength = adx(n)
    return (strength + strength[n - 1]) / 2
