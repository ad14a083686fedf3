"""The intervals that bars come in, from one minute to one month."""

from __future__ import annotations

import enum

from scanwright.model.errors import SettingsError

MINUTE = 60
DAY = 24 * 60 * MINUTE


class Interval(enum.StrEnum):
    """How long a bar lasts; the members stand from the finest to the coarsest.

    >>> Interval.read("1D") < Interval.WEEK, Interval.HOUR.seconds
    (True, 3600)
    """

    MINUTE = "1m"
    MINUTES_5 = "5m"
    MINUTES_15 = "15m"
    MINUTES_30 = "30m"
    HOUR = "1h"
    DAY = "1d"
    WEEK = "1w"
    MONTH = "1mo"

    @classmethod
    def read(cls, text: str) -> Interval:
        """The interval a person wrote; `SettingsError` names the known ones."""
        try:
            return cls(text if text in _SPELLINGS.values() else _SPELLINGS[text])
        except KeyError:
            known = " ".join(cls)
            raise SettingsError(expected=f"an interval ({known})", found=repr(text), todo=_advice(text)) from None

    @property
    def seconds(self) -> int:
        """Length in seconds; of a week or month the shortest it can be."""
        return _SECONDS[self]

    @property
    def is_intraday(self) -> bool:
        """Whether bars are shorter than a session, so that stamps are times and not dates."""
        return self.seconds < DAY

    def __lt__(self, other: str) -> bool:
        """Finer is less."""
        return self.seconds < Interval(other).seconds

    def __le__(self, other: str) -> bool:
        """Finer or the same."""
        return self.seconds <= Interval(other).seconds

    def __gt__(self, other: str) -> bool:
        """Coarser is greater."""
        return self.seconds > Interval(other).seconds

    def __ge__(self, other: str) -> bool:
        """Coarser or the same."""
        return self.seconds >= Interval(other).seconds


_SECONDS = {
    Interval.MINUTE: MINUTE,
    Interval.MINUTES_5: 5 * MINUTE,
    Interval.MINUTES_15: 15 * MINUTE,
    Interval.MINUTES_30: 30 * MINUTE,
    Interval.HOUR: 60 * MINUTE,
    Interval.DAY: DAY,
    Interval.WEEK: 7 * DAY,
    Interval.MONTH: 28 * DAY,
}

_SPELLINGS = {each.value: each.value for each in Interval} | {
    "1D": "1d",
    "D": "1d",
    "1W": "1w",
    "W": "1w",
    "1wk": "1w",
    "60m": "1h",
    "1H": "1h",
    "1MO": "1mo",
}


def _advice(text: str) -> str:
    return "1M is a month elsewhere: write 1mo for a month, 1m for a minute" if text == "1M" else ""
