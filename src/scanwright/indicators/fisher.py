"""Fisher transform after Ehlers: the place in the range of n bars, drawn out so that turns are sharp."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, call, highest, hl2, indicator, log, lowest, max_, min_, outputs


@indicator(
    unit="none, about -4 to 4", source="J. Ehlers, Using the Fisher Transform, 2002", outputs=("line", "trigger")
)
def fisher(x: Expr = hl2, n: int = 9) -> Outputs:
    """The logarithm of how high x stands in its range, smoothed, and the same one bar ago.

    line: half the logarithm of (1 + v) / (1 - v), smoothed by half, v being the place in the range from -1 to 1,
    smoothed by a third (0.33, as Ehlers wrote it). trigger: the line one bar ago. v is held within 0.999 where it is
    used; Ehlers holds what is remembered too, so after some 17 bars at one end of the range the two differ for a while.
    """
    top, bottom = highest(x, n), lowest(x, n)
    place = call("decay", 2 * (x - bottom) / (top - bottom) - 1, params=(0.33,))
    held = min_(max_(place, -0.999), 0.999)
    line = call("decay", log((1 + held) / (1 - held)), params=(0.5,))
    return outputs(line=line, trigger=line[1])
