"""Price momentum oscillator: the doubly smoothed rate of change."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator
from scanwright.indicators.roc import roc


@indicator(unit="tenths of a percent", source="C. Swenlin, DecisionPoint", least={"long": 2, "short": 2})
def pmo(x: Expr = close, long: int = 35, short: int = 20) -> Expr:
    """Ten times the change in percent, smoothed twice with the weights 2 / long and 2 / short.

    Its usual signal line is `ema(pmo(), 10)`.
    """
    return ema(10 * ema(roc(x, 1), long - 1), short - 1)
