"""How much happened lately: news or filings within the last n bars."""

from __future__ import annotations

from scanwright.expr import Expr, events_so_far, indicator


@indicator(unit="events", source="scanwright", example='event_count("news", 5)')
def event_count(kind: str, n: int) -> Expr:
    """Events of a kind that belong to the symbol's last n own bars, the present one included."""
    count = events_so_far(kind)
    return count - count[n]
