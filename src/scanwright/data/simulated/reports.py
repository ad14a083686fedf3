"""The calendar of earnings: each company reports every quarter, on a day that is first estimated, then confirmed."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from scanwright.data.simulated.lives import Lives
from scanwright.data.simulated.traits import Traits
from scanwright.model.calendars import Calendar
from scanwright.model.panel import Ints, Times

DAY = 86_400
BEFORE, AFTER = -int(2.5 * 3600), 900  # seconds: before the open, after the close


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Reports:
    """One entry a report, by company and quarter; moments in seconds UTC.

    column: the company. quarter: years times four plus the quarter, from 0. due: when it is published. after: whether
    that is after the close. guess: when it was expected at first, from `guessed` on; confirmed: since when it is sure.
    row: the session that meets it first, counted from the market's first day; it may lie outside.
    """

    column: Ints
    quarter: Ints
    due: Ints
    after: NDArray[np.bool_]
    guess: Ints
    guessed: Ints
    confirmed: Ints
    row: Ints

    def met(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """The sessions `[T, N]` that meet a report first."""
        found = np.zeros(shape, np.bool_)
        inside = (self.row >= 0) & (self.row < shape[0])
        found[self.row[inside], self.column[inside]] = True
        return found


def drawn_reports(ts: Times, sessions: Calendar, traits: Traits, lives: Lives, random: np.random.Generator) -> Reports:
    """The reports of all companies, from two years before the market begins to the season after it ends."""
    days: Times = _around(ts, sessions)
    begin = int(np.searchsorted(days, ts[:1])[0])
    first, last = _quarter(ts[0]) - 9, _quarter(ts[-1]) + 2
    quarters: Ints = np.arange(first, last, dtype=np.int64)
    companies: Ints = np.flatnonzero(traits.sector >= 0)
    column, quarter = np.repeat(companies, quarters.size), np.tile(quarters, companies.size)
    shape = (companies.size, quarters.size)
    ends = ((quarter + 1) * 3).astype("M8[M]").astype("M8[D]").astype(np.int64)  # the day after the quarter
    late = 12 + np.round(0.7 * traits.phase[column]).astype(np.int64) + random.integers(-2, 3, shape).ravel()
    at = np.searchsorted(days, (ends + late).astype("M8[D]").astype("M8[s]")).clip(1, days.size - 12)
    habit = (random.random(companies.size) < 0.5)[:, None] ^ (random.random(shape) < 0.06)
    after = habit.ravel()
    wrong = np.where(random.random(shape) < 0.3, random.integers(-4, 5, shape), 0).ravel()
    expected = (at + wrong).clip(0, days.size - 1)
    opens, closes = (each.astype("M8[s]").astype(np.int64) for each in sessions.open_close(days))
    due, guess = (np.where(after, closes[each] + AFTER, opens[each] + BEFORE) for each in (at, expected))
    sure = due - DAY * random.integers(10, 26, shape).ravel()
    row = at + after - begin
    lived = (row > lives.begins[column]) & (row < lives.ends[column])
    coming = (row >= ts.size) & (lives.ends[column] == ts.size)
    past = (row < 0) & (lives.begins[column] == 0)
    return _chosen(
        Reports(
            column=column, quarter=quarter, due=due, after=after, guess=guess,
            guessed=guess - 80 * DAY, confirmed=sure, row=row,
        ),
        lived | coming | past,
    )  # fmt: skip


def _chosen(reports: Reports, keep: NDArray[np.bool_]) -> Reports:
    return Reports(**{each.name: getattr(reports, each.name)[keep] for each in dataclasses.fields(reports)})


def _around(ts: Times, sessions: Calendar) -> Times:
    """The sessions from before the market's first quarter to after its last one."""
    first = max(ts[0].astype("M8[D]") - np.timedelta64(1100, "D"), sessions.first)
    last = min(ts[-1].astype("M8[D]") + np.timedelta64(300, "D"), sessions.last)
    return sessions.sessions(first, last).astype("M8[s]")


def _quarter(moment: np.datetime64) -> int:
    return int(moment.astype("M8[M]").astype(np.int64)) // 3
