"""When symbols were listed and delisted, as the symbol table says it: dates, texts of dates, or 20150301."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np

from scanwright.model.panel import Attribute, Floats, Panel

MOST_DAYS = 1e6  # a larger number is no count of days since 1970


def lives(panel: Panel) -> tuple[Floats, Floats]:
    """The days since 1970 on which each symbol was listed and delisted `[N]`; infinite where nobody says."""
    found = panel.attributes.get("listed"), panel.attributes.get("delisted")
    width = panel.shape[1]
    return _days(found[0], -np.inf, width), _days(found[1], np.inf, width)


def _days(attribute: Attribute | None, unknown: float, width: int) -> Floats:
    if attribute is None or (attribute.numbers is None and attribute.codes is None):
        return np.full(width, unknown)
    if attribute.numbers is not None:
        return _counted(attribute.numbers, unknown)
    known = np.array([*(day_of(name) for name in attribute.names), np.nan])[attribute.codes]
    return np.where(np.isnan(known), unknown, known)


def _counted(numbers: Floats, unknown: float) -> Floats:
    """Days since 1970, also where 20150301 is written; a yes or no, or what is no day at all, says nothing."""
    days = np.where((numbers > 1) & (numbers < MOST_DAYS), numbers, unknown)
    for at in np.flatnonzero((numbers > 19000101) & (numbers < 21001231)):
        text = f"{numbers[at]:.0f}"
        day = day_of(f"{text[:4]}-{text[4:6]}-{text[6:]}")
        days[at] = unknown if np.isnan(day) else day
    return days


@cache
def day_of(text: str) -> float:
    """The days since 1970 of a date, NaN where it is none; of the dates of a market each is read once.

    >>> day_of("1970-01-03"), day_of("2015-03-01T00:00"), day_of("soon")
    (2.0, 16495.0, nan)
    """
    try:
        return float(np.datetime64(dt.date.fromisoformat(text[:10]), "D").astype(np.int64))
    except ValueError:
        return float("nan")
