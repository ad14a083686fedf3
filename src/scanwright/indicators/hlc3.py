"""The bar's typical price."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, low


@indicator(unit="price", source="TA-Lib, TYPPRICE", noun=True)
def hlc3() -> Expr:
    """The mean of high, low and close."""
    return (high + low + close) / 3
