"""1 for a positive number, -1 for a negative one, 0 for zero."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="sign",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "sign"),
    doc=__doc__,
    example="sign(close - open)",
)
