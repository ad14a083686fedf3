"""Prior day: open, high, low, close and volume of the symbol's session before the present one."""

from __future__ import annotations

from scanwright.expr import Outputs, indicator, outputs, value_when
from scanwright.indicators.new_session import new_session
from scanwright.indicators.session_levels import session_levels


@indicator(unit="price", outputs=("open", "high", "low", "close", "volume"), noun=True)
def prior_day() -> Outputs:
    """The last session in which the symbol traded, as it ended; on daily bars the bar before."""
    levels = session_levels().items()
    return outputs(**{name: value_when(new_session(), level[1]) for name, level in levels.items()})
