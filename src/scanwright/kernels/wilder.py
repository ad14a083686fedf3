"""Wilder's mean: the plain mean of the first n values, then y += (x - y) / n."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="wilder",
    kind="recursive",
    signature=signature(x(default="close"), bars()),
    compiled=("ema", "ema"),
    doc=__doc__,
    example="wilder(high - low, 14)",
    source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978",
    state=lambda n: 2,
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (0.0, n, n, n, 1.0 / n),
)
