"""The mean distance of the last n bars to their mean."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="mean_deviation",
    kind="window",
    signature=signature(x(default="close"), bars()),
    compiled=("deviation", "mean_deviation"),
    doc=__doc__,
    example="mean_deviation(close, 20)",
    source="TA-Lib, AVGDEV",
    state=lambda n: 4 + int(n),
    warmup=lambda n: int(n) - 1,
)
