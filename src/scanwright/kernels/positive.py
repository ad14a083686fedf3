"""The number where it is above zero, else 0."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="positive",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "positive"),
    doc=__doc__,
    example="positive(close - open)",
)
