"""What happens beside the bars of the laws' markets: generated facts, events and memberships, as tables of the store.

Moments lie anywhere in the span of the bars and a little outside, on days with a session and without; some events are
known long before they are due and some long after, some are estimates, some are told twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from scanwright.store.tables import SCHEMAS

SYMBOLS = ("MMM", "SPY", "AAPL", "ZION", "NOBODY")
TIMINGS = ("before", "during", "after", None)
EVENTS = pl.Schema({**SCHEMAS["events"], "eps": pl.Float64})
FACTS = pl.Schema({**SCHEMAS["facts"], "word": pl.String})


def tables(seed: int, first: np.datetime64, last: np.datetime64) -> Mapping[str, pl.DataFrame]:
    """Facts, events and members of some symbols around a span of time; `BA` has none of its own."""
    random = np.random.default_rng([seed, 1])
    begin, end = (each.astype("M8[s]").astype(dt.datetime).replace(tzinfo=dt.UTC) for each in (first, last))
    span = _Span(random=random, begin=begin - dt.timedelta(days=20), days=(end - begin).days + 60)
    return {"facts": span.facts(), "events": span.events(), "members": span.members()}


class _Span:
    """Draws moments in a span."""

    def __init__(self, *, random: np.random.Generator, begin: dt.datetime, days: int) -> None:
        self.random, self.begin, self.days = random, begin, days

    def moment(self) -> dt.datetime:
        """Any second."""
        return self.begin + dt.timedelta(seconds=int(self.random.integers(self.days * 86_400)))

    def near(self, moment: dt.datetime) -> dt.datetime:
        """Up to two weeks before or after, or the very moment."""
        return moment + dt.timedelta(
            seconds=int(self.random.choice([0, *self.random.integers(-14 * 86_400, 14 * 86_400, 2)]))
        )

    def facts(self) -> pl.DataFrame:
        """A number with and without dates, and a category."""
        rows: list[tuple[object, ...]] = []
        for symbol in SYMBOLS:
            rows += [(symbol, "pe", self.moment(), float(self.random.integers(5, 40)), None) for _ in range(6)]
            rows += [(symbol, "industry", self.moment(), None, word) for word in ("Banks", "Mines", "Banks")]
        rows.append(("BA", "pe", None, 11.0, None))
        return pl.DataFrame(rows, schema=FACTS, orient="row")

    def events(self) -> pl.DataFrame:
        """Earnings and news, in seconds and as dates alone."""
        rows = [self.event(symbol, kind) for symbol in SYMBOLS for kind in ("earnings", "news") for _ in range(12)]
        rows += [(*row[:3], self.near(row[2]), *row[4:]) for row in rows[::5]]
        return pl.DataFrame(rows, schema=EVENTS, orient="row")

    def event(self, symbol: str, kind: str) -> tuple[object, ...]:
        """One event."""
        due = self.moment()
        if self.random.random() < 0.5:
            due = due.replace(hour=0, minute=0, second=0)
        known = self.near(due) if self.random.random() < 0.8 else None
        status = "estimated" if self.random.random() < 0.3 else "confirmed"
        timing = TIMINGS[self.random.integers(len(TIMINGS))]
        eps = round(float(self.random.normal()), 2) if self.random.random() < 0.8 else None
        return (symbol, kind, due, known, None, status, timing, None, eps)

    def members(self) -> pl.DataFrame:
        """A list that symbols join and leave, from the span's first day on."""
        rows = [("NOBODY", "SP500", self.begin.date(), None)]
        for symbol in SYMBOLS[:3]:
            since = self.moment().date()
            until = since + dt.timedelta(days=int(self.random.integers(1, 90)))
            rows.append((symbol, "SP500", since, until if self.random.random() < 0.7 else None))
        return pl.DataFrame(rows, schema=SCHEMAS["members"], orient="row")
