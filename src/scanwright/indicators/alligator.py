"""The alligator after Bill Williams: three smoothed means of the bars' middles, each drawn ahead."""

from __future__ import annotations

from scanwright.expr import Expr, Outputs, hl2, indicator, outputs, wilder


@indicator(unit="as x", source="B. Williams, New Trading Dimensions, 1998", outputs=("jaw", "teeth", "lips"))
def alligator(x: Expr = hl2) -> Outputs:
    """What the chart shows at the bar.

    jaw: Wilder's mean of 13 bars as it was 8 bars ago. teeth: of 8 bars, 5 bars ago. lips: of 5 bars, 3 bars ago.
    """
    return outputs(jaw=wilder(x, 13)[8], teeth=wilder(x, 8)[5], lips=wilder(x, 5)[3])
