"""Percentage price oscillator: how many percent a fast exponential mean is above a slow one."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="percent", source="TA-Lib, PPO with exponential means")
def ppo(x: Expr = close, fast: int = 12, slow: int = 26) -> Expr:
    """The distance of two exponential means in percent of the slow one; its usual signal line is `ema(ppo(12, 26), 9)`.

    As in TA-Lib, the fast mean is seeded late, with the bars that end where the slow one's seed ends.
    """
    fast, slow = sorted((fast, slow))
    late = ema(x, slow)
    return 100 * (ema(x, fast, slow - fast) - late) / late
