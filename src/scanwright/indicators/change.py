"""Change: how far a series has come in n bars."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator


@indicator(unit="as x", source="TA-Lib, MOM")
def change(x: Expr = close, n: int = 1) -> Expr:
    """The difference to the value n bars ago."""
    return x - x[n]
