"""Camarilla levels: distances from the prior day's close in shares of its range."""

from __future__ import annotations

from scanwright.expr import Outputs, indicator, outputs
from scanwright.indicators.prior_day import prior_day


@indicator(
    unit="price", source="TradingView, Pivot Points Standard, Camarilla",
    outputs=("r1", "r2", "r3", "r4", "s1", "s2", "s3", "s4"), noun=True,
)  # fmt: skip
def camarilla() -> Outputs:
    """The close with 1.1 times a twelfth, a sixth, a quarter and half of the range above it and below."""
    close, span = prior_day().close, 1.1 * (prior_day().high - prior_day().low)
    parts = {1: 12, 2: 6, 3: 4, 4: 2}
    above = {f"r{level}": close + span / part for level, part in parts.items()}
    below = {f"s{level}": close - span / part for level, part in parts.items()}
    return outputs(**above, **below)
