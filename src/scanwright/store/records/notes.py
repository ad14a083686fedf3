"""What people write about symbols, each for themselves: one note a person, market and symbol."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from scanwright.model.clock import Clock
from scanwright.store.records.opening import told
from scanwright.store.records.tables import NOTES


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class NoteRecord:
    """A note as it is kept."""

    symbol: str
    text: str
    changed: dt.datetime


class NoteTable:
    """The notes of a database.

    >>> from scanwright.model.clock import SettableClock
    >>> from scanwright.store.records.opening import opened
    >>> notes = NoteTable(opened("sqlite://"), SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)))
    >>> notes.put("here", "us", "AAPL", "watch the gap")
    >>> notes.put("here", "us", "AAPL", "it was filled")
    >>> [each.text for each in notes.of("here", "us")], notes.of("1f0c93aa", "us")
    (['it was filled'], [])
    """

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        """The table of an engine that `opened` has brought up to date."""
        self._engine, self._clock = engine, clock

    def put(self, person: str, market: str, symbol: str, text: str) -> None:
        """What a person says of a symbol from now on; an empty text takes the note away."""
        own = sa.and_(NOTES.c.person == person, NOTES.c.market == market, NOTES.c.symbol == symbol)
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(sa.delete(NOTES).where(own))
            if text:
                facts = {"person": person, "market": market, "symbol": symbol, "text": text}
                connection.execute(sa.insert(NOTES).values(**facts, changed=self._clock.now()))

    def of(self, person: str, market: str) -> Sequence[NoteRecord]:
        """A person's notes on the symbols of a market, by symbol."""
        own = sa.and_(NOTES.c.person == person, NOTES.c.market == market)
        with told(self._engine), self._engine.connect() as connection:
            rows = connection.execute(sa.select(NOTES).where(own).order_by(NOTES.c.symbol)).mappings().all()
        return [_note(row) for row in rows]


def _note(row: Mapping[Any, Any]) -> NoteRecord:
    moment: dt.datetime = row["changed"]
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return NoteRecord(symbol=row["symbol"], text=row["text"], changed=aware)
