"""The highest value of the last n bars, the present one included."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x

KERNEL = Kernel(
    name="highest",
    kind="window",
    signature=signature(x(default="high"), bars()),
    compiled=("window", "highest"),
    doc=__doc__,
    example="highest(high, 20)",
    state=lambda n: window_state(n, 1),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n,),
)
