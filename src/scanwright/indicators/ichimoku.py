"""Ichimoku: the middles of three ranges, and the cloud they make."""

from __future__ import annotations

from scanwright.expr import Outputs, high, highest, indicator, low, lowest, outputs


@indicator(
    unit="price",
    source="G. Hosoda, 1969",
    outputs=("conversion", "base", "span_a", "span_b"),
)
def ichimoku(conversion: int = 9, base: int = 26, span: int = 52) -> Outputs:
    """Everything as it is known at the bar; nothing is shifted.

    conversion, base: the middle of the range of 9 and of 26 bars. span_a: the mean of these two. span_b: the middle of
    52 bars. Charts draw the spans 25 bars ahead, so the cloud over the present bar is `ichimoku().span_a[25]`.
    """
    fast, slow, far = ((highest(high, n) + lowest(low, n)) / 2 for n in (conversion, base, span))
    return outputs(conversion=fast, base=slow, span_a=(fast + slow) / 2, span_b=far)
