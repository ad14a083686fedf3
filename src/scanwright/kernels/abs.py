"""The size of a number without its sign."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="abs",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "abs"),
    doc=__doc__,
    example="abs(close - open)",
)
