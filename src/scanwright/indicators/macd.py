"""Moving average convergence and divergence: how far a fast average is from a slow one."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, close, ema, indicator, outputs


@indicator(unit="as x", source="TA-Lib, MACD", outputs=("line", "signal", "hist"))
def macd(x: Expr = close, fast: int = 12, slow: int = 26, signal: int = 9) -> Outputs:
    """The distance of two exponential means, and how it changes.

    line: the fast exponential mean less the slow one. signal: the exponential mean of the line. hist: line less
    signal.

    As in TA-Lib, the fast mean is seeded late, with the bars that end where the slow one's seed ends.
    """
    fast, slow = sorted((fast, slow))
    line = ema(x, fast, slow - fast) - ema(x, slow)
    smooth = ema(line, signal)
    return outputs(line=line, signal=smooth, hist=line - smooth)
