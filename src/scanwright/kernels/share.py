"""The share of the universe's members, 0 to 1, for which the condition is true, among those where it is known."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Type

KERNEL = Kernel(
    name="share",
    kind="cross",
    signature=signature(x(name="condition", type=Type.YESNO)),
    compiled=("cross", "share"),
    doc=__doc__,
    example="share(close > close[1])",
    state=lambda: 4,  # scratch
)
