"""The bar's average price."""

from __future__ import annotations

from scanwright.expr import Expr, close, high, indicator, low, open_


@indicator(unit="price", source="TA-Lib, AVGPRICE", noun=True)
def ohlc4() -> Expr:
    """The mean of open, high, low and close."""
    return (open_ + high + low + close) / 4
