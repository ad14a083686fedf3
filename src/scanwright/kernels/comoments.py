"""How two series move together over the last n bars: the population's covariance and both variances."""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, window_state, x
from scanwright.model.signature import Output

KERNEL = Kernel(
    name="comoments",
    kind="window",
    signature=signature(
        x(),
        x(name="y"),
        bars(),
        gives=(Output(name="cov"), Output(name="var_x"), Output(name="var_y")),
    ),
    compiled=("window", "comoments"),
    doc=__doc__,
    example="comoments(close, volume, 20).cov",
    state=lambda n: window_state(n, 5),
    warmup=lambda n: int(n) - 1,
    parameters=lambda n: (n,),
)
