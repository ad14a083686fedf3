"""How long an answer is good: by what it is about, and by whether the market is open."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import numpy as np

from scanwright.data.ports import (
    ActionsWanted,
    ChainWanted,
    EventsWanted,
    FactsWanted,
    MembersWanted,
    PresentWanted,
    QuotesWanted,
    SymbolsWanted,
    Want,
)
from scanwright.model.calendars import Calendar

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(seconds=each) for each in (1, 60, 3600, 86400))
REFUSED = 5 * MINUTE
"""How long a refusal is believed; a symbol that nobody knew may be listed, a plan may be paid."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Lifetime:
    """How long answers of a kind are good.

    open: while the market trades. closed: while it does not; None is until the next open, since nothing moves before.
    keep: how long an old one is better than none.
    """

    open: dt.timedelta
    closed: dt.timedelta | None
    keep: dt.timedelta


LIFETIMES: Mapping[type, Lifetime] = {
    PresentWanted: Lifetime(open=0 * SECOND, closed=0 * SECOND, keep=DAY),
    QuotesWanted: Lifetime(open=5 * SECOND, closed=None, keep=HOUR),
    ChainWanted: Lifetime(open=MINUTE, closed=None, keep=DAY),
    EventsWanted: Lifetime(open=5 * MINUTE, closed=30 * MINUTE, keep=7 * DAY),
    ActionsWanted: Lifetime(open=6 * HOUR, closed=6 * HOUR, keep=7 * DAY),
    FactsWanted: Lifetime(open=12 * HOUR, closed=12 * HOUR, keep=30 * DAY),
    MembersWanted: Lifetime(open=12 * HOUR, closed=12 * HOUR, keep=30 * DAY),
    SymbolsWanted: Lifetime(open=12 * HOUR, closed=12 * HOUR, keep=30 * DAY),
}
"""What is kept, by the want's kind; bars are not here, they have the market itself."""


def is_kept(want: Want) -> bool:
    """Whether answers of this kind are kept at all."""
    return type(want) in LIFETIMES


def lifetime_of(want: Want, now: dt.datetime, sessions: Calendar) -> tuple[dt.datetime, dt.datetime]:
    """Until when an answer of now is fresh, and until when it is better than none.

    >>> from scanwright.model.calendars import calendar
    >>> friday_night = dt.datetime(2026, 1, 10, 3, tzinfo=dt.UTC)
    >>> fresh, _ = lifetime_of(ChainWanted(underlying="SPY"), friday_night, calendar("us_stocks"))
    >>> fresh.isoformat()
    '2026-01-12T14:30:00+00:00'
    """
    known = LIFETIMES[type(want)]
    opens = next_open(now, sessions)
    if opens is None:
        fresh = now + known.open
    elif known.closed is None:
        fresh = opens
    else:
        fresh = now + known.closed
    return fresh, max(fresh, now + known.keep)


def next_open(now: dt.datetime, sessions: Calendar) -> dt.datetime | None:
    """When the market opens next; None while it trades, extended hours included."""
    today = np.datetime64(now.astimezone(dt.UTC).replace(tzinfo=None), "s")
    days = sessions.sessions(today - np.timedelta64(2, "D"), today + np.timedelta64(14, "D"))
    opens, closes = sessions.open_close(days)
    before, after = np.timedelta64(sessions.before, "s"), np.timedelta64(sessions.after, "s")
    if bool(((opens - before <= today) & (today < closes + after)).any()):
        return None
    later = opens[opens > today]
    return now if not later.size else later[0].astype("M8[s]").item().replace(tzinfo=dt.UTC)
