"""Completeness: which sessions each symbol should have bars of, and which it has.

A symbol is expected from its listing to its delisting, where the symbol table has them, else from its first bar to its
last. A stored bar without trade is there: the provider has answered, and nothing was traded. What nobody has on a
session of the calendar counts as missing for everybody.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scanwright.data.lives import lives
from scanwright.model.calendars import calendar
from scanwright.model.panel import Ints, Panel, Times

Truths = NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Presence:
    """Sessions by symbols: `days` `[D]`, `expected` and `present` `[D, N]`.

    bars: `[D]`, how many bars all symbols together have on each. ends: `[N]`, who is delisted by the last of them.
    """

    symbols: tuple[str, ...]
    days: Times
    expected: Truths
    present: Truths
    bars: Ints
    ends: Truths

    @property
    def percent(self) -> float:
        """The part of the expected sessions that is there; NaN where none is expected."""
        return _percent(int((self.expected & self.present).sum()), int(self.expected.sum()))

    @property
    def lacking(self) -> int:
        """Symbols with a bar in the twenty sessions before the last one, and none on it, not even without trade."""
        lately: Truths = self.present[-LATELY:].max(axis=0, initial=False)
        last: Truths = self.present[-1:].max(axis=0, initial=False)
        return int((lately & ~last & ~self.ends).sum())

    def of_symbols(self) -> list[SymbolPresence]:
        """Each symbol that has a bar, in the order of the panel."""
        expected = self.expected.sum(axis=0)
        there = (self.expected & self.present).sum(axis=0)
        return [
            self._of_symbol(column, int(expected[column]), int(there[column]))
            for column in np.flatnonzero(self.present.any(axis=0)).tolist()
        ]

    def _of_symbol(self, column: int, expected: int, present: int) -> SymbolPresence:
        rows = np.flatnonzero(self.present[:, column])
        missing = np.flatnonzero(self.expected[:, column] & ~self.present[:, column])
        return SymbolPresence(
            symbol=self.symbols[column],
            first=_text(self.days[int(rows[0])]),
            last=_text(self.days[int(rows[-1])]),
            expected=expected,
            present=present,
            percent=_percent(present, expected),
            missed_last=_text(self.days[int(missing[-1])]) if missing.size else "",
            behind=int(self.days.size - 1 - rows[-1]),
        )

    def of_days(self) -> list[DayPresence]:
        """Each session."""
        expected = self.expected.sum(axis=1)
        there: Ints = (self.expected & self.present).sum(axis=1)
        return [
            DayPresence(
                day=_text(self.days[at]),
                expected=int(expected[at]),
                present=int(there[at]),
                percent=_percent(int(there[at]), int(expected[at])),
                bars=int(self.bars[at]),
                missing=self._missing(at),
            )
            for at in range(self.days.size)
        ]

    def _missing(self, at: int) -> list[str]:
        lost: Truths = self.expected[at] & ~self.present[at]
        columns: list[int] = np.flatnonzero(lost)[:MOST_NAMED].tolist()
        return [self.symbols[column] for column in columns]


MOST_NAMED = 5
LATELY = 21


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SymbolPresence:
    """One symbol: its first and last session, how many it should have between and has, and which is missing last.

    behind: sessions of the market after its last one.
    """

    symbol: str
    first: str
    last: str
    expected: int
    present: int
    percent: float
    missed_last: str
    behind: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DayPresence:
    """One session: how many symbols it should have and has, all their bars, and the first few that are missing."""

    day: str
    expected: int
    present: int
    percent: float
    bars: int
    missing: Sequence[str]


def presence(panel: Panel, untraded: tuple[Ints, Times] | None = None) -> Presence:
    """What a panel of a day or less holds, against the calendar and the life of each symbol.

    untraded: columns and stamps of the stored bars that are holes in the panel, as nothing was traded.

    >>> from scanwright.data.simulated import simulate
    >>> round(presence(simulate(symbols=20, years=1).panel()).percent)
    100
    """
    own = _days(panel, panel.ts)
    days: Times = own
    if own.size:
        days = np.unique(np.concatenate([calendar(panel.calendar).sessions(own[0], own[-1]), own]))
    present = np.zeros((days.size, panel.shape[1]), np.bool_)
    bars = np.zeros(days.size, np.int64)
    changes: list[int] = (np.flatnonzero(own[1:] != own[:-1]) + 1).tolist()
    edges = [0, *changes, own.size] if own.size else [0]
    for start, stop in itertools.pairwise(edges):
        at = int(np.searchsorted(days, own[start : start + 1])[0])
        part = panel.rows(start, stop).bar
        present[at] = part.max(axis=0) == 1
        bars[at] = int(np.count_nonzero(part))
    if untraded is not None:
        columns, ts = untraded
        rows = np.searchsorted(days, _days(panel, ts))
        inside = rows < days.size
        present[rows[inside], columns[inside]] = True
    ends: Truths = lives(panel)[1] <= (days[-1].astype("M8[D]").astype(np.float64) if days.size else np.inf)
    return Presence(
        ends=ends,
        symbols=panel.symbols,
        days=days,
        expected=_expected(panel, days, present),
        present=present,
        bars=bars,
    )


def _expected(panel: Panel, days: Times, present: Truths) -> Truths:
    """From listing to delisting, else from the first bar to the last; nothing of a symbol that never had one."""
    if not days.size:
        return present
    number = days.astype("M8[D]").astype(np.float64)
    listed, delisted = lives(panel)
    first = np.where(np.isfinite(listed), listed, number[present.argmax(axis=0)])
    last = np.where(np.isfinite(delisted), delisted, number[days.size - 1 - present[::-1].argmax(axis=0)])
    inside: Truths = (number[:, None] >= first[None, :]) & (number[:, None] <= last[None, :])
    known: Truths = np.broadcast_to(present.any(axis=0), present.shape)
    return inside & known


def _days(panel: Panel, ts: Times) -> Times:
    return calendar(panel.calendar).session_of(ts) if panel.interval.is_intraday else ts


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else float("nan")


def _text(day: np.datetime64) -> str:
    return str(day.astype("M8[D]"))
