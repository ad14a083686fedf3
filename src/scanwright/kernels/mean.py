"""The mean over the last n bars."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x

KERNEL = Kernel(
    name="mean",
    kind="window",
    signature=signature(x(default="close"), bars()),
    compiled=("window", "sum"),
    doc=__doc__,
    example="mean(close, 10)",
    state=lambda n: window_state(n, 1),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n, n),
)
