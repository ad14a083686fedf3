"""Whether the rank among the universe's members, 1 the highest and ties sharing their mean rank, is at most n."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x
from scanwright.model.signature import Type

KERNEL = Kernel(
    name="top",
    kind="cross",
    signature=signature(x(), bars(), gives=Type.YESNO),
    compiled=("cross", "top"),
    doc=__doc__,
    example="top(volume, 10)",
    state=lambda n: 4,  # scratch
)
