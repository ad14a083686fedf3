"""The lowest value since the anchor last changed, the present bar included.

An anchor is a number that stays the same while the memory goes on, such as the session's. A bar whose value or anchor
is missing is passed over.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="lowest_since",
    kind="recursive",
    signature=signature(x(), x(name="anchor", type=None)),
    compiled=("events", "lowest_since"),
    doc=__doc__,
    example="lowest_since(low, session)",
    state=lambda: 3,
)
