"""Percentage price oscillator: how many percent a fast exponential mean is above a slow one."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="percent", source="TA-Lib, PPO with exponential means")
def ppo(x: Expr = close, fast: int = 12, slow: int = 26) -> Expr:
    """The distance of two exponential means in percent of the slow one.

    Each is seeded from its own first bar on. Its usual signal line is `ema(ppo(12, 26), 9)`.
    """
    late = ema(x, max(fast, slow))
    return 100 * (ema(x, min(fast, slow)) - late) / late
