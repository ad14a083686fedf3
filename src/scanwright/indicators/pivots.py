"""Pivots of floor traders: levels for the day from the prior day's high, low and close."""

from __future__ import annotations

from scanwright.expr import Outputs, indicator, outputs
from scanwright.indicators.prior_day import prior_day


@indicator(
    unit="price", source="TradingView, Pivot Points Standard, traditional",
    outputs=("p", "r1", "r2", "r3", "s1", "s2", "s3"), noun=True,
)  # fmt: skip
def pivots() -> Outputs:
    """The middle `.p`, three levels of resistance above it, three of support below."""
    high, low, close = prior_day().high, prior_day().low, prior_day().close
    p = (high + low + close) / 3
    span = high - low
    return outputs(
        p=p,
        r1=2 * p - low,
        r2=p + span,
        r3=2 * p + (high - 2 * low),
        s1=2 * p - high,
        s2=p - span,
        s3=2 * p - (2 * high - low),
    )
