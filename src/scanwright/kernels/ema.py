"""Exponential mean: the plain mean of the first n values, then y += (x - y) * 2 / (n + 1)."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="ema",
    kind="recursive",
    signature=signature(x(default="close"), bars(), bars(0, least=0, name="skip")),
    compiled=("ema", "ema"),
    doc="Exponential mean: seeded with the mean of the first n values after `skip`, then y += (x - y) * 2 / (n + 1).",
    example="ema(close, 21)",
    state=lambda n, skip: 2,
    warmup=lambda n, skip: int(n + skip) - 1,
    parameters=lambda n, skip: (skip, n, n, n, 2.0 / (n + 1.0)),
)
