"""Where a symbol stands among the universe's members, 100 the highest: 100 (rank from the lowest - 0.5) / count."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="percentile",
    kind="cross",
    signature=signature(x()),
    compiled=("cross", "percentile"),
    doc=__doc__,
    example="percentile(close / close[63])",
    state=lambda: 4,  # scratch
)
