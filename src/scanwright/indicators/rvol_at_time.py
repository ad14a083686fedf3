"""Relative volume at this time of day: the session's volume so far against the usual one by now."""

from __future__ import annotations

from scanwright.expr import Expr, call, cumulative, indicator, minutes_since_open, session, volume


@indicator(unit="times the usual", source="TradingView, Relative Volume at Time, cumulative mode")
def rvol_at_time(n: int = 10, minutes: int = 390) -> Expr:
    """The session's volume so far over its mean at the same minute of the symbol's n sessions before.

    A time without a bar counts with what had been traded until then. `minutes` is the length of a session: 390 for US
    stocks, 1440 where trading never stops; bars outside have no value.
    """
    so_far = cumulative(volume, session)
    return so_far / call("same_time_mean", so_far, minutes_since_open, session, params=(n, minutes + 1))
