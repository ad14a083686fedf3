"""Distance from the mean of the universe's members at that time."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="demean",
    kind="cross",
    signature=signature(x()),
    compiled=("cross", "demean"),
    doc=__doc__,
    example="demean(close / close[1])",
    state=lambda: 4,  # scratch
)
