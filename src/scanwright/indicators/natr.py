"""Normalised average true range: how many percent a bar usually moves."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator
from scanwright.indicators.atr import atr


@indicator(unit="percent", source="TA-Lib, NATR")
def natr(n: int = 14) -> Expr:
    """The average true range in percent of the close."""
    return 100 * atr(n) / close
