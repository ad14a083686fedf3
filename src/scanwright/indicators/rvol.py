"""Relative volume: the volume against what is usual."""

from __future__ import annotations

from scanwright.expr import Expr, indicator, mean, volume


@indicator(unit="times the usual")
def rvol(n: int = 10) -> Expr:
    """The volume against its mean over the n bars before; 2 is twice the usual."""
    return volume / mean(volume, n)[1]
