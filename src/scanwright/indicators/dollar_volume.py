"""The bar's traded value."""

from __future__ import annotations

from scanwright.expr import Expr, close, indicator, volume


@indicator(unit="currency", noun=True)
def dollar_volume() -> Expr:
    """Close times volume: about how much money changed hands. Splits do not change it."""
    return close * volume
