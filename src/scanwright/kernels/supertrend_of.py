"""The supertrend over a given range: bands around the middle of the bar that only tighten while the close stays inside.

`.line` is the band that the close is followed by, `.up` whether it runs below the close. It starts falling, as Pine's.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, number, signature, x
from scanwright.model.signature import Output, Type

KERNEL = Kernel(
    name="supertrend_of",
    kind="recursive",
    signature=signature(
        x(name="high"),
        x(name="low"),
        x(name="close"),
        x(name="range"),
        number("multiplier", least=0),
        gives=(Output(name="line"), Output(name="up", type=Type.YESNO)),
    ),
    compiled=("supertrend", "supertrend"),
    doc=__doc__,
    example="supertrend_of(high, low, close, wilder(high - low, 10), 3).line",
    source="Pine Script, ta.supertrend",
    state=lambda multiplier: 5,
    hidden=True,
)
