"""The number, or another one where it is missing."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="fill",
    kind="elementwise",
    signature=signature(x(), x(name="instead")),
    compiled=("elementwise", "fill"),
    doc=__doc__,
    example="fill(close[1], close)",
    waits="any",
)
