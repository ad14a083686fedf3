"""True strength index: the doubly smoothed change against the doubly smoothed size of changes."""

from __future__ import annotations

from scanwright.expr import Expr, abs_, close, ema, indicator


@indicator(unit="-100 to 100", source="W. Blau, Momentum, Direction, and Divergence, 1995")
def tsi(x: Expr = close, long: int = 25, short: int = 13) -> Expr:
    """How one-sided the changes were; its usual signal line is `ema(tsi(25, 13), 13)`."""
    move = x - x[1]
    return 100 * ema(ema(move, long), short) / ema(ema(abs_(move), long), short)
