"""The value at the latest bar where the condition was true; missing before the first, and where it was then."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Type

KERNEL = Kernel(
    name="value_when",
    kind="recursive",
    signature=signature(x(name="condition", type=Type.YESNO), x()),
    compiled=("events", "value_when"),
    doc=__doc__,
    example="value_when(close > high[1], close)",
    state=lambda: 2,
)
