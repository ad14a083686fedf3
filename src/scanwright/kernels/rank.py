"""The rank among the universe's members at that time: 1 is the highest, ties share their mean rank."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="rank",
    kind="cross",
    signature=signature(x()),
    compiled=("cross", "rank"),
    doc=__doc__,
    example="rank(volume)",
    state=lambda: 4,  # scratch
)
