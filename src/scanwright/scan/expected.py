"""What a scan is to find on a frame that has not come yet, beside what it found on the frames of the year before."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.engine.fold import Results
from scanwright.model.panel import Ints, Panel
from scanwright.scan.judge import Case, rows_within
from scanwright.scan.now import YES
from scanwright.scan.priority.chances import COUNT, TERM, UNIVERSE, WHERE, Chances
from scanwright.scan.priority.habits import Flags, Habits

YEAR = 252  # frames that are looked back on
WIDE, FEW = 2000, 48  # from so many symbols fewer scenarios tell as much: the counts are larger


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Expected:
    """Hits to come, and hits and terms of the last frames.

    samples: hits on the frame to come, one for each way in which it may come `[S]`; none where too little is known.
    hits, members: of each of the last frames `[Y]`. held: `[terms]`, on how many symbol-bars of them each term held.
    apart: the same of all other terms without it. together: symbol-bars on which all held.
    """

    samples: Ints
    hits: Ints
    members: Ints
    held: Ints
    apart: Ints
    together: int

    @property
    def a_frame(self) -> float:
        """Hits of one of the last frames, in the mean."""
        return float(self.hits.mean()) if len(self.hits) else 0.0


def expected(
    case: Case, before: Panel, frame: Panel, *, threads: int = 2, seed: int = 7, habits: Habits | None = None
) -> Expected:
    """Look back on the rows that are known, and forward on the one row of `frame`, whose bars are not looked at.

    habits: of the rows that are known, where somebody has them already.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> from scanwright.scan.definition import Scan
    >>> panel = simulate(symbols=20, years=1).panel()
    >>> case = Case.of(Scan(where="close > sma(20) and volume > 0"), panel, catalogue())
    >>> found = expected(case, panel.rows(0, 250), panel.rows(250, 251))
    >>> len(found.samples), 0 < found.a_frame < 20, int(found.held[1]) == int(found.members.sum())
    (128, True, True)
    """
    terms = len(case.bound.terms)
    first = max(len(before.ts) - YEAR, 0)
    counted = _Counted(case, terms)
    chances = Chances(case, before, frame, seed=seed, threads=threads, seen=counted.take, since=first, habits=habits)
    most = FEW if before.shape[1] > WIDE else COUNT
    return Expected(
        samples=chances.counts(most),
        hits=np.array(counted.hits, np.int64),
        members=np.array(counted.members, np.int64),
        held=counted.held,
        apart=counted.apart,
        together=counted.together,
    )


class _Counted:
    """The last rows of a fold, counted as they come by."""

    def __init__(self, case: Case, terms: int) -> None:
        """Nothing has come by."""
        self._case = case
        self.hits: list[int] = []
        self.members: list[int] = []
        self.held, self.apart = np.zeros(terms, np.int64), np.zeros(terms, np.int64)
        self.together = 0

    def take(self, part: Panel, results: Results) -> None:
        """The next rows."""
        columns = self._case.columns
        inside = part.bar[rows_within(part, self._case.scan.session)][:, columns] == 1
        taken: dict[str, Flags] = {name: np.asarray(values)[:, columns] == YES for name, values in results.items()}
        inside &= taken.get(UNIVERSE, np.True_)
        hit = taken[WHERE] & inside
        self.hits += hit.sum(axis=1).tolist()
        self.members += inside.sum(axis=1).tolist()
        self.together += int(hit.sum())
        self._terms([taken[f"{TERM}{at}"] for at in range(len(self.held))], inside)

    def _terms(self, held: list[Flags], inside: Flags) -> None:
        count = np.sum(held, axis=0, dtype=np.int16)
        for at, each in enumerate(held):
            self.held[at] += int((each & inside).sum())
            self.apart[at] += int(((count - each == len(held) - 1) & inside).sum())
