"""Chande momentum oscillator: upward moves less downward ones, against all."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, positive, where, wilder


@indicator(unit="-100 to 100", source="T. Chande and S. Kroll, The New Technical Trader, 1994; TA-Lib, CMO")
def cmo(x: Expr = close, n: int = 9) -> Expr:
    """The difference of upward and downward moves in percent of all; 0 where nothing moved.

    The moves are smoothed by Wilder's mean, as TA-Lib has it; Chande himself took plain sums.
    """
    move = x - x[1]
    rise = positive(move)
    up, down = wilder(rise, n), wilder(rise - move, n)
    return where(up + down == 0, 0, 100 * (up - down) / (up + down))
