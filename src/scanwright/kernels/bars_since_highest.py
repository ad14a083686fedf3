"""How many bars ago the highest of the last n bars was; the latest of equals, 0 is the present bar."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x

KERNEL = Kernel(
    name="bars_since_highest",
    kind="window",
    signature=signature(x(default="high"), bars()),
    compiled=("window", "last_highest"),
    doc=__doc__,
    example="bars_since_highest(high, 25)",
    state=lambda n: window_state(n, 2),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n,),
)
