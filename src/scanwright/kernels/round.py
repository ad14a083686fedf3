"""The nearest whole number; halves go to the even one."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="round",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "round"),
    doc=__doc__,
    example="round(close)",
)
