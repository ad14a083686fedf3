"""Session: open, high, low, close and volume of the session so far; written `session.high`."""

from __future__ import annotations

from scanwright.expr import (
    Outputs,
    close,
    cumulative,
    high,
    highest_since,
    indicator,
    low,
    lowest_since,
    open_,
    outputs,
    session,
    value_when,
    volume,
)  # fmt: skip
from scanwright.indicators.new_session import new_session


@indicator(unit="price", outputs=("open", "high", "low", "close", "volume"), noun=True, example="session.high")
def session_levels() -> Outputs:
    """The present bar included; on daily bars the bar's own prices."""
    return outputs(
        open=value_when(new_session(), open_),
        high=highest_since(high, session),
        low=lowest_since(low, session),
        close=close,
        volume=cumulative(volume, session),
    )
