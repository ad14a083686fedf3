"""Wilder's mean as in his directional movement: seeded with n - 1 values counted as n, shown from the n-th value."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="wilder_flow",
    kind="recursive",
    signature=signature(x(), bars()),
    compiled=("ema", "ema"),
    doc=__doc__,
    example="wilder_flow(high - low, 14)",
    source="TA-Lib, PLUS_DM and its kin",
    state=lambda n: 2,
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (0.0, n - 1.0, n, n, 1.0 / n),
)
