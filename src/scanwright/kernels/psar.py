"""Wilder's parabolic stop: it follows a trend ever closer and turns where the price touches it."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, number, signature, x

KERNEL = Kernel(
    name="psar",
    kind="recursive",
    signature=signature(
        x(name="high", default="high"),
        x(name="low", default="low"),
        number("step", 0.02, least=0),
        number("most", 0.2, least=0),
    ),
    compiled=("psar", "psar"),
    doc=__doc__,
    example="psar(high, low, 0.02, 0.2)",
    source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; seed of TA-Lib's SAR",
    state=lambda step, most: 7,
    warmup=lambda step, most: 1,
)
