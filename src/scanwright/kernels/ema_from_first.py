"""Exponential mean begun with the first value alone and shown from it, then y += (x - y) * 2 / (n + 1)."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="ema_from_first",
    kind="recursive",
    signature=signature(x(), bars()),
    compiled=("ema", "ema"),
    doc=__doc__,
    example="ema_from_first(close, 10)",
    source="TA-Lib, ADOSC",
    state=lambda n: 2,
    parameters=lambda n: (0.0, 1.0, 1.0, 1.0, 2.0 / (n + 1.0)),
    hidden=True,
)
