"""Relative strength after Wilder: how one-sided the moves of the last n bars were."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, positive, where, wilder


@indicator(unit="0 to 100", source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978")
def rsi(x: Expr = close, n: int = 14) -> Expr:
    """The share of upward moves in all moves, each side smoothed by Wilder's mean; 0 where nothing moved (as TA-Lib).

    `rsi(3)` of the closes 1, 2, 3, 2, 3 is 66.67 on the fourth bar and 77.78 on the fifth.
    """
    move = x - x[1]
    rise = positive(move)
    up, down = wilder(rise, n), wilder(rise - move, n)
    return where(up + down == 0, 0, 100 * up / (up + down))
