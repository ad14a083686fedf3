"""Absolute price oscillator: a fast exponential mean less a slow one."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="as x", source="TA-Lib, APO with exponential means")
def apo(x: Expr = close, fast: int = 12, slow: int = 26) -> Expr:
    """The distance of two exponential means, each seeded from its own first bar on."""
    return ema(x, min(fast, slow)) - ema(x, max(fast, slow))
