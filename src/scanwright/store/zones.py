"""The zones that dates are of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scanwright.model.errors import SettingsError

CALENDAR_ZONES: Mapping[str, str] = {"us_stocks": "America/New_York", "always_open": "UTC"}


def known_zone(zone: str) -> str:
    """The zone's name, if there is such a zone.

    >>> known_zone("UTC")
    'UTC'
    """
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        todo = "America/New_York, for one"
        raise SettingsError(expected="a time zone", found=repr(zone), todo=todo) from None
    return zone


def midnight(date: np.datetime64, calendar: str) -> int:
    """The moment, in seconds since 1970, at which a date begins in the calendar's zone.

    >>> midnight(np.datetime64("2014-06-09"), "us_stocks") - midnight(np.datetime64("2014-06-09"), "always_open")
    14400
    """
    import datetime as dt
    import zoneinfo

    day = dt.date.fromisoformat(str(date.astype("M8[D]")))
    start = dt.datetime.combine(day, dt.time(), tzinfo=zoneinfo.ZoneInfo(CALENDAR_ZONES[calendar]))
    return int(start.timestamp())


def date_of(moment: np.datetime64, calendar: str) -> np.datetime64:
    """The date that a moment in UTC is on in the calendar's zone.

    >>> date_of(np.datetime64("2014-06-09T01:00"), "us_stocks")
    np.datetime64('2014-06-08')
    """
    import datetime as dt
    import zoneinfo

    seconds = int(moment.astype("M8[s]").astype(np.int64))
    there = dt.datetime.fromtimestamp(seconds, tz=zoneinfo.ZoneInfo(CALENDAR_ZONES[calendar]))
    return np.datetime64(there.date().isoformat())
