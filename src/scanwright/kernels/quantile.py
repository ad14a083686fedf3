"""The value below which a share q of the last n bars lies, linear between two of them; 0.5 is the median."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, number, signature, x

KERNEL = Kernel(
    name="quantile",
    kind="window",
    signature=signature(x(default="close"), bars(), number("q", least=0, most=1)),
    compiled=("order", "quantile"),
    doc=__doc__,
    example="quantile(close, 50, 0.9)",
    source="numpy.quantile, method linear",
    state=lambda n, q: 5 + 2 * int(n),
    warmup=lambda n, q: int(n) - 1,
)
