"""New session: whether a bar is the symbol's first of its session."""

from __future__ import annotations

from scanwright.expr import YESNO, Condition, call, indicator, session


@indicator(gives=YESNO, noun=True)
def new_session() -> Condition:
    """True on every bar of a day or longer."""
    return call("cumulative", 1, session) == 1
