"""Exponential mean by its weight, begun with 0 before the first value: y += (x - y) * weight."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, number, signature, x

KERNEL = Kernel(
    name="decay",
    kind="recursive",
    signature=signature(x(default="close"), number("weight", least=0.0, most=1.0)),
    compiled=("ema", "ema"),
    doc=__doc__,
    example="decay(close - close[1], 0.33)",
    state=lambda weight: 2,
    parameters=lambda weight: (0.0, 0.0, 1.0, 1.0, weight),
)
