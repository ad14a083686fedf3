"""The first number where the condition is true, the second where it is false, missing where it is unknown."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Type

KERNEL = Kernel(
    name="where",
    kind="elementwise",
    signature=signature(x(name="condition", type=Type.YESNO), x(name="yes"), x(name="no")),
    compiled=("elementwise", "where"),
    doc=__doc__,
    example="where(close > open, volume, 0)",
)
