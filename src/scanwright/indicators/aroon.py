"""Aroon: how recent the highest high and the lowest low are."""

from __future__ import annotations

from scanwright.expr import Outputs, bars_since_highest, bars_since_lowest, high, indicator, low, outputs


@indicator(unit="0 to 100", source="T. Chande, 1995; TA-Lib, AROON", outputs=("up", "down"))
def aroon(n: int = 14) -> Outputs:
    """100 where the extreme of the last n + 1 bars is the present bar, 0 where it is n bars old.

    up: for the highest high. down: for the lowest low.
    """
    up = 100 * (n - bars_since_highest(high, n + 1)) / n
    return outputs(up=up, down=100 * (n - bars_since_lowest(low, n + 1)) / n)
