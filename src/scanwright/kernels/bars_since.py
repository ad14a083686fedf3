"""How many bars ago the condition was last true; 0 on the bar itself, missing before the first.

A bar on which the condition is unknown counts as one on which it was not true: the answer is the number of bars since
it was last known to be true.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Type

KERNEL = Kernel(
    name="bars_since",
    kind="recursive",
    signature=signature(x(name="condition", type=Type.YESNO)),
    compiled=("events", "bars_since"),
    doc=__doc__,
    example="bars_since(close > high[1])",
    state=lambda: 1,
)
