"""Percent of the n bars before the present one whose values are less than or equal to the present value."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="percentile_rank",
    kind="window",
    signature=signature(x(default="close"), bars()),
    compiled=("order", "percentile_rank"),
    doc=__doc__,
    example="percentile_rank(close, 100)",
    source="Pine Script, ta.percentrank",
    state=lambda n: 4 + int(n),
    warmup=int,
)
