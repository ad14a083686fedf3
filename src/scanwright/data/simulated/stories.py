"""What is told of companies: news with the moment they became known, and the attention that they draw."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from scanwright.data.simulated.lives import Lives
from scanwright.data.simulated.paths import Paths, Weather
from scanwright.data.simulated.reports import Reports
from scanwright.model.calendars import Calendar
from scanwright.model.panel import Floats, Ints, Times

RISES = ("wins a large order", "is said to be a target", "raises its outlook", "wins approval of a product")
FALLS = ("cuts its outlook", "loses a large customer", "is under investigation", "recalls a product")
IDLE = ("speaks at a conference", "names a new director", "opens a new site", "is rated neutral", "renews a contract")
BEATS, MISSES, MEETS = "reports more than expected", "reports less than expected", "reports what was expected"
OFFERED = "agrees to be acquired"
WORDS = (*RISES, *FALLS, *IDLE, BEATS, MISSES, MEETS, OFFERED)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Stories:
    """One entry a story: the company's column, the moment it became known (seconds UTC), its place in WORDS.

    row: the session that meets it first.
    """

    column: Ints
    known: Ints
    word: Ints
    row: Ints


def drawn_stories(
    ts: Times, sessions: Calendar, lives: Lives, weather: Weather, paths: Paths, reports: Reports, offers: Floats,
    random: np.random.Generator,
) -> Stories:  # fmt: skip
    """Stories of three surges in four, of every report and offer (`[T, N]`, what it adds over night), and idle ones."""
    opens, closes = (each.astype("M8[s]").astype(np.int64) for each in sessions.open_close(ts))
    found = [
        _of_surges(opens, closes, weather, paths, random),
        _of_reports(ts.size, paths, reports),
        _idle(opens, closes, weather.surges.shape, random),
        _offered(opens, offers),
    ]
    column, known, word, row = (np.concatenate(each) for each in zip(*found, strict=True))
    alive = (row >= lives.begins[column]) & (row < lives.ends[column])
    order = np.lexsort((column[alive], known[alive]))
    return Stories(
        column=column[alive][order], known=known[alive][order], word=word[alive][order], row=row[alive][order]
    )


def attention(shape: tuple[int, int], stories: Stories, met: NDArray[np.bool_], random: np.random.Generator) -> Floats:
    """By how many times stories and reports raise a session's volume, `[T, N]`; what a report draws ebbs away."""
    times = np.ones(shape)
    offered = stories.word == WORDS.index(OFFERED)
    times[stories.row[offered], stories.column[offered]] *= 8.0
    idle = np.isin(stories.word, [WORDS.index(each) for each in IDLE])
    times[stories.row[idle], stories.column[idle]] *= random.uniform(1.1, 1.8, int(idle.sum()))
    drawn = np.where(met, random.uniform(1.0, 3.0, shape), 0.0)
    for later, share in ((0, 1.0), (1, 0.4), (2, 0.15)):
        times[later:] += share * drawn[: shape[0] - later]
    return times


Told = tuple[Ints, Ints, Ints, Ints]


def _of_surges(opens: Ints, closes: Ints, weather: Weather, paths: Paths, random: np.random.Generator) -> Told:
    row, column = np.nonzero(weather.surges & (random.random(weather.surges.shape) < 0.75))
    early = random.random(row.size) < 0.4
    before = opens[row] - 60 * random.integers(5, 210, row.size)
    within = opens[row] + 60 * np.floor(random.uniform(0.02, 0.9, row.size) * (closes - opens)[row] / 60).astype(int)
    rises = paths.jumps[row, column] > 0
    picked = random.integers(0, len(RISES), row.size)
    return column, np.where(early, before, within), np.where(rises, picked, picked + len(RISES)), row


def _of_reports(count: int, paths: Paths, reports: Reports) -> Told:
    inside = (reports.row >= 0) & (reports.row < count)
    row, column = reports.row[inside], reports.column[inside]
    surprise = paths.surprises[row, column]
    word = np.select([surprise > 0.25, surprise < -0.25], [WORDS.index(BEATS), WORDS.index(MISSES)], WORDS.index(MEETS))
    return column, reports.due[inside] + 60, word, row


def _idle(opens: Ints, closes: Ints, shape: tuple[int, int], random: np.random.Generator) -> Told:
    """About one a month; those after the close are met by the next session."""
    row, column = np.nonzero(random.random(shape) < 1 / 22)
    known = opens[row] + 60 * random.integers(-90, 480, row.size)
    row = row + (known >= closes[row])
    inside = row < shape[0]
    word = WORDS.index(IDLE[0]) + random.integers(0, len(IDLE), row.size)
    return column[inside], known[inside], word[inside], row[inside]


def _offered(opens: Ints, offers: Floats) -> Told:
    row, column = np.nonzero(offers)
    return column, opens[row] - 7200, np.full(row.size, WORDS.index(OFFERED)), row
