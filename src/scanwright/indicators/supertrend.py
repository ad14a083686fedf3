"""Supertrend: a trailing line some average true ranges away, on one side of the price until the close crosses it."""

from __future__ import annotations

from scanwright.expr import NUMBER, YESNO, Outputs, call, close, high, indicator, low, outputs
from scanwright.indicators.atr import atr


@indicator(unit="price", source="Pine Script, ta.supertrend", outputs={"line": NUMBER, "up": YESNO})
def supertrend(n: int = 10, k: float = 3.0) -> Outputs:
    """`.line` is the band that the close is followed by, `.up` whether it runs below the close. It starts falling."""
    line, up = (call("supertrend_of", high, low, close, atr(n), params=(k,), output=name) for name in ("line", "up"))
    return outputs(line=line, up=up)
