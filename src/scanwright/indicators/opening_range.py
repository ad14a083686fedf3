"""Opening range: high and low of the session's first n minutes."""

from __future__ import annotations

from scanwright.expr import (
    Expr,
    Outputs,
    high,
    highest_since,
    indicator,
    low,
    lowest_since,
    minutes_since_open,
    outputs,
    session,
    value_when,
    where,
)  # fmt: skip


@indicator(unit="price", source="T. Crabel, Day Trading with Short Term Price Patterns, 1990", outputs=("high", "low"))
def opening_range(n: int = 30) -> Outputs:
    """Missing until the n minutes are over; bars that end by then belong to it.

    Missing all day where the symbol had no such bar, as on bars longer than n minutes.
    """
    inside = (minutes_since_open > 0) & (minutes_since_open <= n)
    anchor = where(inside, session, -1)
    over = (minutes_since_open >= n) & (value_when(inside, session) == session)

    def known(x: Expr) -> Expr:
        return value_when(inside, x) / where(over, 1, 0)

    return outputs(high=known(highest_since(high, anchor)), low=known(lowest_since(low, anchor)))
