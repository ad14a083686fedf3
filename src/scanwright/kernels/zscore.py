"""Distance from the members' mean in standard deviations of the population; missing where all are equal."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="zscore",
    kind="cross",
    signature=signature(x()),
    compiled=("cross", "zscore"),
    doc=__doc__,
    example="zscore(close / close[5])",
    state=lambda: 4,  # scratch
)
