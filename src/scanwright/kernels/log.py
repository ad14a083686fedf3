"""Natural logarithm; missing where the number is not above zero."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="log",
    kind="elementwise",
    signature=signature(x()),
    compiled=("elementwise", "log"),
    doc=__doc__,
    example="log(close / close[1])",
)
