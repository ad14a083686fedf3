"""Kaufman's adaptive mean: fast where the last n moves went one way, slow where they went to and fro.

Its seed is the value before the first bar that has n moves behind it, as in TA-Lib; `fast` and `slow` are the lengths
of the exponential means that it lies between.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x


def _parameters(n: float, fast: float, slow: float) -> tuple[float, ...]:
    return (n, 2.0 / (fast + 1.0) - 2.0 / (slow + 1.0), 2.0 / (slow + 1.0))


KERNEL = Kernel(
    name="kama",
    kind="recursive",
    signature=signature(x(default="close"), bars(10), bars(2, name="fast"), bars(30, name="slow")),
    compiled=("kama", "kama"),
    doc=__doc__,
    example="kama(close, 10)",
    source="P. J. Kaufman, Smarter Trading, 1995",
    state=lambda n, fast, slow: 5 + 2 * int(n),
    warmup=lambda n, fast, slow: int(n),
    parameters=_parameters,
)
