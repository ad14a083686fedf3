"""Relative vigor index: whether bars close above where they opened, against their range."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, close, high, indicator, low, open_, outputs, sum_


def _weighted(x: Expr) -> Expr:
    """The mean of four bars that weigh 1, 2, 2 and 1."""
    return (x + 2 * x[1] + 2 * x[2] + x[3]) / 6


@indicator(unit="ratio", source="J. Ehlers, Relative Vigor Index, 2002", outputs=("line", "signal"))
def rvi_vigor(n: int = 10) -> Outputs:
    """The vigor of the last n bars, and its signal line.

    line: close less open against high less low, each a weighted mean of four bars, summed over n bars. signal: the
    same weighted mean of the line.
    """
    line = sum_(_weighted(close - open_), n) / sum_(_weighted(high - low), n)
    return outputs(line=line, signal=_weighted(line))
