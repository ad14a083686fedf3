"""Whether a value is missing or unknown."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Type

KERNEL = Kernel(
    name="is_missing",
    kind="elementwise",
    signature=signature(x(type=None), gives=Type.YESNO),
    compiled=("elementwise", "is_missing"),
    doc=__doc__,
    example="is_missing(close[100])",
    waits="none",
)
