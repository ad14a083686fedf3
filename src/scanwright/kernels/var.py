"""The population's variance over the last n bars."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x

KERNEL = Kernel(
    name="var",
    kind="window",
    signature=signature(x(default="close"), bars()),
    compiled=("window", "moments"),
    doc=__doc__,
    example="var(close, 20)",
    state=lambda n: window_state(n, 2),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n,),
)
