"""Volume-weighted average price of the session so far."""

from __future__ import annotations

from scanwright.expr import Expr, cumulative, hlc3, indicator, session, volume


@indicator(unit="price", source="Pine Script, ta.vwap")
def vwap(x: Expr = hlc3) -> Expr:
    """Price times volume over volume since the session began; missing until something was traded."""
    return cumulative(x * volume, session) / cumulative(volume, session)
