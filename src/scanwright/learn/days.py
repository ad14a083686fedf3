"""Days as running numbers: what is drawn in blocks, and what a horizon of bars spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scanwright.model.panel import Ints, Panel


def days_of(panel: Panel) -> Ints:
    """Each frame's day as a running number; bars of a day and longer are each a day of their own."""
    if not panel.interval.is_intraday:
        return np.arange(panel.shape[0])
    dates = panel.ts.astype("datetime64[D]")
    return np.concatenate([[0], (dates[1:] != dates[:-1]).cumsum()]).astype(np.int64)


def in_days(panel: Panel, horizon: int) -> int:
    """How many days a window of so many bars spans; of intraday bars one more, because it may begin late in a day."""
    if not panel.interval.is_intraday:
        return horizon
    bars_a_day = panel.shape[0] / (int(days_of(panel)[-1]) + 1)
    return 1 + int(np.ceil(horizon / bars_a_day))
