"""e to the power of a number."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="exp",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "exp"),
    doc=__doc__,
    example="exp(log(close))",
)
