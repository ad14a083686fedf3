"""Beta: how much a series answers the moves of another."""

from __future__ import annotations

from scanwright.expr import Expr, comoments, indicator


@indicator(unit="ratio", source="TA-Lib, BETA", example='beta(of("SPY", close), close, 60)')
def beta(base: Expr, x: Expr, n: int = 5) -> Expr:
    """The slope of the returns of x over those of base in the last n returns: 2 where x moves twice as far.

    The order of the two is that of TA-Lib: what is measured against comes first.
    """
    both = comoments(base / base[1] - 1, x / x[1] - 1, n)
    return both.cov / both.var_x
