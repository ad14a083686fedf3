"""The value n of the symbol's own bars ago; written `x[n]`."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="lag",
    kind="window",
    signature=signature(x(type=None), bars()),
    compiled=("lag", "lag"),
    doc=__doc__,
    example="close[3]",
    state=lambda n: 1 + int(n),
    warmup=int,
    hidden=True,
)
