"""The lowest value of the last n bars, the present one included."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x

KERNEL = Kernel(
    name="lowest",
    kind="window",
    signature=signature(x(default="low"), bars()),
    compiled=("window", "lowest"),
    doc=__doc__,
    example="lowest(low, 20)",
    state=lambda n: window_state(n, 1),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n,),
)
