"""T3 after Tillson: six exponential means in a row, mixed so that the lag stays small."""

from __future__ import annotations

from scanwright.expr import Expr, close, ema, indicator


@indicator(unit="as x", source="T. Tillson, Smoothing Techniques for More Accurate Signals, 1998; TA-Lib, T3")
def t3(x: Expr = close, n: int = 5, v: float = 0.7) -> Expr:
    """The sixfold smoothed series; v = 0 is an exponential mean of a mean of a mean, v = 1 has the least lag."""
    smooth = [x]
    for _ in range(6):
        smooth.append(ema(smooth[-1], n))
    sixth = -(v**3)
    fifth = 3 * v**2 + 3 * v**3
    fourth = -6 * v**2 - 3 * v - 3 * v**3
    third = 1 + 3 * v + v**3 + 3 * v**2
    return sixth * smooth[6] + fifth * smooth[5] + fourth * smooth[4] + third * smooth[3]
