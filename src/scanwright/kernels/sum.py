"""The sum over the last n bars."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x

KERNEL = Kernel(
    name="sum",
    kind="window",
    signature=signature(x(), bars()),
    compiled=("window", "sum"),
    doc=__doc__,
    example="sum(volume, 5)",
    state=lambda n: window_state(n, 1),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n, 1.0),
)
