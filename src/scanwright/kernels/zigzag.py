"""Confirmed turning points: a high that a later low lies so many percent below, a low that a later high lies above.

`.pivot` is the price of the last confirmed one, `.direction` 1 where it was a low, so that the leg goes up, and -1
where it was a high, `.bars` the bars since it, `.confirmed` whether the present bar confirms it. Nothing is shown
before it is confirmed, and nothing shown is taken back. A bar that reaches beyond the candidate moves it and confirms
nothing.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, number, signature, x
from scanwright.model.signature import Output, Type

KERNEL = Kernel(
    name="zigzag",
    kind="recursive",
    signature=signature(
        x(name="high", default="high"),
        x(name="low", default="low"),
        number("percent", 5, least=0, most=100),
        gives=(
            Output(name="pivot"),
            Output(name="direction"),
            Output(name="bars"),
            Output(name="confirmed", type=Type.YESNO),
        ),
    ),
    compiled=("zigzag", "zigzag"),
    doc=__doc__,
    example="zigzag(high, low, 5).pivot",
    state=lambda percent: 8,
    parameters=lambda percent: (1.0 + percent / 100.0, 1.0 - percent / 100.0),
)
