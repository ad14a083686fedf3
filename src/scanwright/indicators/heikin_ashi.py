"""Heikin Ashi: bars averaged so that a trend shows one colour."""

from __future__ import annotations

from scanwright.expr import Outputs, call, close, fill, high, indicator, low, max_, min_, ohlc4, open_, outputs


@indicator(unit="price", source="TradingView, Heikin Ashi", outputs=("open", "high", "low", "close"), noun=True)
def heikin_ashi() -> Outputs:
    """The close is the bar's mean price, the open the middle of the averaged bar before; high and low take in both.

    The first open is the middle of the first bar's open and close. The open is thereby an exponential mean of weight
    2 / (3 + 1) over the closes before; it, the high and the low are shown from the second bar.
    """
    opened = call("ema_from_first", fill(ohlc4[1], (open_ + close) / 2), params=(3,)) + 0 * close[1]
    return outputs(open=opened, high=max_(high, opened, ohlc4), low=min_(low, opened, ohlc4), close=ohlc4)
