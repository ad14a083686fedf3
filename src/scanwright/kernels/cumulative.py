"""The sum since the anchor last changed, the present bar included; over all of the symbol's bars without an anchor.

An anchor is a number that stays the same while the sum goes on, such as the session's. A bar whose value or anchor is
missing is passed over. What rounding takes from the sum is kept beside it, so it does not drift after large values.
"""

from __future__ import annotations

from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.signature import Argument

KERNEL = Kernel(
    name="cumulative",
    kind="recursive",
    signature=signature(x(), Argument(name="anchor", type=None, default=0.0)),
    compiled=("events", "cumulative"),
    doc=__doc__,
    example="cumulative(volume, session)",
    source="A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974",
    state=lambda: 4,
)
