"""Premarket: high, low and volume of the hours before the open, and how far they moved from the day before."""

from __future__ import annotations

from scanwright.expr import (
    Expr,
    Outputs,
    call,
    close,
    cumulative,
    high,
    highest_since,
    indicator,
    low,
    lowest_since,
    outputs,
    session,
    volume,
)  # fmt: skip
from scanwright.indicators.prior_day import prior_day


def _before_the_open(x: Expr) -> Expr:
    return call("during", x, params=("premarket",))


@indicator(unit="price; the gap percent", outputs=("high", "low", "volume", "gap"), noun=True)
def premarket() -> Outputs:
    """Figures of the same session's premarket bars; `.gap` is their last close against the prior day's, in percent.

    Missing on a day on which the symbol did not trade before the open.
    """
    return outputs(
        high=_before_the_open(highest_since(high, session)),
        low=_before_the_open(lowest_since(low, session)),
        volume=_before_the_open(cumulative(volume, session)),
        gap=100 * (_before_the_open(close) / prior_day().close - 1),
    )
