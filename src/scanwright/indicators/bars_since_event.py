"""How long ago something happened to the company: earnings, a dividend, a filing, news."""

from __future__ import annotations

from scanwright.expr import Expr, bars_since, events_so_far, indicator


@indicator(unit="bars", source="scanwright", example='bars_since_event("earnings")')
def bars_since_event(kind: str) -> Expr:
    """The symbol's own bars since the one that the latest event belongs to; 0 on that bar, missing before the first.

    An event belongs to the first bar at whose end it was both due and known, one after the close to the next session.
    """
    count = events_so_far(kind)
    return bars_since(count > count[1])
