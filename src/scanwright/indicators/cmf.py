"""Chaikin's money flow: the share of the volume that came with closes in the upper half of the bar, less the rest."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, sum_, volume
from scanwright.indicators.money_flow_volume import money_flow_volume


@indicator(unit="-1 to 1", source="M. Chaikin; length of TradingView")
def cmf(n: int = 20) -> Expr:
    """Money flow volume over volume, both over n bars; missing where nothing was traded."""
    return sum_(money_flow_volume(), n) / sum_(volume, n)
