"""Square root; missing for a negative number."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="sqrt",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "sqrt"),
    doc=__doc__,
    example="sqrt(volume)",
)
