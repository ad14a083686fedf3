"""The highest value since the anchor last changed, the present bar included.

An anchor is a number that stays the same while the memory goes on, such as the session's. A bar whose value or anchor
is missing is passed over.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x

KERNEL = Kernel(
    name="highest_since",
    kind="recursive",
    signature=signature(x(), x(name="anchor", type=None)),
    compiled=("events", "highest_since"),
    doc=__doc__,
    example="highest_since(high, session)",
    state=lambda: 3,
)
