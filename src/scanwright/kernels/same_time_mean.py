"""The mean over the last n sessions of what a running figure was at the same time of day.

The figure is one that runs through a session, such as its volume so far; a time without a bar carries what stood at the
time before it, 0 before the session's first bar. Sessions are those in which the symbol had a bar; missing until n have
gone by.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, bars, signature, x

KERNEL = Kernel(
    name="same_time_mean",
    kind="recursive",
    signature=signature(x(), x(name="slot"), x(name="session"), bars(), bars(name="slots")),
    compiled=("same_time", "same_time_mean"),
    doc=__doc__,
    example="same_time_mean(cumulative(volume, session), hour, session, 10, 24)",
    state=lambda n, slots: 4 + (int(n) + 1) * int(slots),
    hidden=True,
)
