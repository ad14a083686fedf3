"""The smaller of two or more numbers; missing where one of them is."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Argument

KERNEL = Kernel(
    name="min",
    kind="elementwise",
    signature=signature(x(name="a"), Argument(name="b", many=True)),
    compiled=("elementwise", "min"),
    doc=__doc__,
    example="min(open, close)",
)
