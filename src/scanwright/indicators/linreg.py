"""Linear regression over time: the straight line through the last n bars."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, close, comoments, cumulative, indicator, mean, outputs


@indicator(
    unit="value as x; slope per bar; r2 0 to 1",
    source="TA-Lib, LINEARREG and LINEARREG_SLOPE",
    outputs=("value", "slope", "r2"),
    least={"n": 2},
)
def linreg(x: Expr = close, n: int = 14) -> Outputs:
    """The line of least squares through the last n bars.

    value: the line at the present bar. slope: its rise per bar. r2: the share of the variance that the line explains,
    missing where x did not move.
    """
    both = comoments(cumulative(1 + 0 * x), x, n)
    slope = both.cov * 12 / (n * n - 1)
    return outputs(
        value=mean(x, n) + slope * (n - 1) / 2,
        slope=slope,
        r2=both.cov * both.cov / (both.var_x * both.var_y),
    )
