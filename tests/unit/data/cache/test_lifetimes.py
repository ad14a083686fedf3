"""How long answers are good: the market's hours decide."""

from __future__ import annotations

import datetime as dt

import pytest

from scanwright.data.cache.lifetimes import is_kept, lifetime_of, next_open
from scanwright.data.ports import BarsWanted, ChainWanted, DayWanted, EventsWanted, QuotesWanted, SymbolsWanted
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval

US, CRYPTO = calendar("us_stocks"), calendar("always_open")
CHAIN, QUOTES = ChainWanted(underlying="SPY"), QuotesWanted(symbols=("SPY",))
NEWS = EventsWanted(kinds=("news",), first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 9))


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("want", "now", "fresh"),
    [
        (CHAIN, "2026-01-09T15:00", "2026-01-09T15:01"),  # Friday, trading
        (CHAIN, "2026-01-09T13:00", "2026-01-09T13:01"),  # before the open
        (CHAIN, "2026-01-10T03:00", "2026-01-12T14:30"),  # Friday night: nothing moves before Monday
        (CHAIN, "2026-01-19T15:00", "2026-01-20T14:30"),  # Martin Luther King's day
        (QUOTES, "2026-01-09T15:00", "2026-01-09T15:00:05"),
        (NEWS, "2026-01-09T15:00", "2026-01-09T15:05"),
        (NEWS, "2026-01-10T15:00", "2026-01-10T15:30"),  # news come on Saturdays too
        (SymbolsWanted(), "2026-01-10T15:00", "2026-01-11T03:00"),
    ],
)
def test_an_answer_is_fresh_until(want, now, fresh):
    assert lifetime_of(want, at(now), US)[0] == at(fresh)


def test_crypto_is_always_open():
    assert next_open(at("2026-01-10T15:00"), CRYPTO) is None
    assert lifetime_of(CHAIN, at("2026-01-10T15:00"), CRYPTO)[0] == at("2026-01-10T15:01")


def test_an_answer_is_kept_at_least_as_long_as_it_is_fresh():
    for want in (CHAIN, QUOTES, NEWS, SymbolsWanted()):
        for hour in range(0, 24 * 7, 5):
            fresh, keep = lifetime_of(want, at("2026-01-05T00:00") + dt.timedelta(hours=hour), US)
            assert keep >= fresh


def test_bars_are_not_kept_here():
    import numpy as np

    day = np.datetime64("2026-01-05", "s")
    assert not is_kept(BarsWanted(symbols=("A",), interval=Interval.DAY, first=day, last=day))
    assert not is_kept(DayWanted(date=dt.date(2026, 1, 5)))
