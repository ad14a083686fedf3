"""Negative volume index: what the price did on the days of less volume than the day before."""

from __future__ import annotations

from scanwright.expr import Expr, close, cumulative, exp, indicator, log, volume, where


@indicator(unit="1000 at the first bar", source="N. Fosback, Stock Market Logic, 1976", noun=True)
def nvi() -> Expr:
    """The compounded change of the close over quiet days, 1000 at the start; shown from the symbol's second bar."""
    return 1000 * exp(cumulative(where(volume < volume[1], log(close / close[1]), 0)))
