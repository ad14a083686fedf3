"""Klinger's volume oscillator: whether the volume of a swing stands behind it, in the short run against the long."""

from __future__ import annotations

from scanwright.expr import (
    Outputs,
    abs_,
    cumulative,
    ema,
    high,
    hlc3,
    indicator,
    low,
    outputs,
    sign,
    value_when,
    volume,
    where,
)  # fmt: skip


@indicator(unit="shares", source="S. Klinger, Stocks and Commodities, December 1997", outputs=("line", "signal"))
def klinger(fast: int = 34, slow: int = 55, smooth: int = 13) -> Outputs:
    """Two exponential means of the volume force, one less the other, and the mean of that.

    The force is volume x trend x |2 dm / cm - 1| x 100: trend is the direction of the typical price (kept where it did
    not move), dm the bar's range, cm the ranges of the swing so far and of the bar before it. Means start with the
    plain mean of their first values; libraries that start them with the first value agree to 1e-9 after 900 bars.
    """
    move = hlc3 - hlc3[1]
    trend = value_when(move != 0, sign(move))
    span = high - low
    turned = cumulative(trend * trend, trend) == 1
    swing = cumulative(where(turned, span + span[1], span), trend)
    force = 100 * volume * trend * abs_(2 * span / swing - 1)
    line = ema(force, fast) - ema(force, slow)
    return outputs(line=line, signal=ema(line, smooth))
