"""What hits are told apart by: their sector, their day, their hour, and how the market was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.patterns import Group
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    from scanwright.model.panel import Floats, Ints, Panel

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
STATES = {
    "breadth": ("few above their 50-day mean", "about half", "most above their 50-day mean"),
    "market, 20 bars": ("falling", "sideways", "rising"),
    "market volatility": ("calm", "usual", "wild"),
}
TITLES = {"breadth": "breadth", "market, 20 bars": "market trend", "market volatility": "market volatility"}


def groups(panel: Panel, rows: Ints, columns: Ints, states: dict[str, Floats]) -> dict[str, Group]:
    """The groups of hits at these rows and columns `[K]`; states: the market's figures at each of them."""
    found: dict[str, Group] = {}
    sector = panel.attributes.get("sector")
    if sector is not None and sector.codes is not None:
        found["sector"] = Group(names=sector.names, cell=sector.codes[columns].astype(np.int64))
    parts = calendar(panel.calendar).parts(panel.ts, panel.interval)
    if panel.interval <= Interval.DAY:
        found["weekday"] = Group(names=WEEKDAYS, cell=_whole(parts["day_of_week"][rows]) - 1)
    if panel.interval <= Interval.WEEK:
        found["month"] = Group(names=MONTHS, cell=_whole(parts["month"][rows]) - 1)
    if panel.interval.is_intraday:
        found["hour"] = Group(names=tuple(f"{each:02}:00" for each in range(24)), cell=_whole(parts["hour"][rows]))
    for name, values in states.items():
        found[TITLES[name]] = Group(names=STATES[name], cell=_thirds(values))
    return found


def _whole(values: Floats) -> Ints:
    return np.nan_to_num(values, nan=-1.0).astype(np.int64)


def _thirds(values: Floats) -> Ints:
    """The third of the hits that each belongs to; -1 unknown."""
    known = ~np.isnan(values)
    cell = np.full(len(values), -1, np.int64)
    if known.any():
        cell[known] = np.searchsorted(np.quantile(values[known], (1 / 3, 2 / 3)), values[known], "left")
    return cell
