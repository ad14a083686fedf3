"""A scan on the state that history left: a new row of bars is judged by folding that row alone."""

from __future__ import annotations

import dataclasses
import time

import numpy as np

from scanwright.engine.fold import Results
from scanwright.engine.session import Session
from scanwright.expr.catalogue import Catalogue
from scanwright.model.panel import Ints, Panel, Times
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, day, rows_within, stamp
from scanwright.scan.members import Sets
from scanwright.scan.now import Found, judged, nothing


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class Tally:
    """What a session has seen: each symbol's own bars, when it had the last one, and how many frames there were."""

    panel: Panel
    counts: Ints
    lasts: Times
    first: str
    frames: int

    @classmethod
    def of(cls, panel: Panel) -> Tally:
        """The tally of a panel's rows."""
        width = panel.shape[1]
        empty = cls(
            panel=panel.rows(0, 0),
            counts=np.zeros(width, np.int64),
            lasts=np.full(width, np.datetime64("NaT", "s")),
            first="",
            frames=0,
        )
        return empty.after(panel)

    def after(self, rows: Panel) -> Tally:
        """The tally with further rows."""
        lasts = self.lasts.copy()
        any_bar = rows.bar.any(axis=0)
        if len(rows.ts):
            latest = len(rows.ts) - 1 - rows.bar[::-1].argmax(axis=0)
            lasts[any_bar] = rows.ts[latest[any_bar]]
        return dataclasses.replace(
            self,
            counts=self.counts + rows.bar.sum(axis=0, dtype=np.int64),
            lasts=lasts,
            first=self.first or day(rows, 0),
            frames=self.frames + len(rows.ts),
        )

    def bars(self, columns: Ints) -> Ints:
        """Own bars of some symbols."""
        return self.counts[columns]

    def last(self, column: int) -> str:
        """The stamp of a symbol's last bar, or nothing."""
        found = self.lasts[column]
        return "" if np.isnat(found) else stamp(found, self.panel.interval)


class Live:
    """A scan that takes bar after bar.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> panel = simulate(symbols=20, years=1).panel()
    >>> live = Live.start(Scan(where="close > sma(20)"), panel.rows(0, 250), catalogue())
    >>> live.commit(panel.rows(250, 251)).receipt.universe
    20
    """

    def __init__(self, case: Case, session: Session, tally: Tally) -> None:
        """Stand where the session stands."""
        self._case, self._session, self._tally = case, session, tally

    @property
    def scan(self) -> Scan:
        """The scan that it takes bars for."""
        return self._case.scan

    @classmethod
    def start(
        cls, scan: Scan, panel: Panel, catalogue: Catalogue, *, threads: int = 2, sets: Sets | None = None
    ) -> Live:
        """Stand after the last row of a panel."""
        case = Case.of(scan, panel, catalogue, sets)
        session = Session.start(case.plan, case.panel, session=scan.session, threads=threads)
        return cls(case, session, Tally.of(case.panel))

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols in the order of the columns that a row must have."""
        return self._session.symbols

    @property
    def last(self) -> np.datetime64 | None:
        """The time of the last row that was committed."""
        return self._session.last

    def commit(self, row: Panel) -> Found:
        """Take closed bars, later than the last ones, and judge their last row."""
        begun = time.perf_counter()
        row = self._case.joined_by(row)
        results = self._session.commit(row)
        self._tally = self._tally.after(row)
        return self._judged(row, results, self._tally, begun)

    def peek(self, row: Panel) -> Found:
        """What a forming row would give; nothing is kept of it."""
        begun = time.perf_counter()
        row = self._case.joined_by(row)
        results = self._session.peek(row)
        return self._judged(row, results, self._tally.after(row), begun)

    def snapshot(self) -> bytes:
        """The state as bytes, for `resume`."""
        return self._session.snapshot()

    @classmethod
    def resume(cls, kept: bytes, scan: Scan, panel: Panel, catalogue: Catalogue, sets: Sets | None = None) -> Live:
        """Go on from a snapshot; the panel holds the rows up to where it was taken, and is not folded again."""
        case = Case.of(scan, panel, catalogue, sets)
        panel = case.panel
        session = Session.resume(kept, case.plan, panel)
        count = 0 if session.last is None else int(np.searchsorted(panel.ts, session.last, side="right"))
        return cls(case, session, Tally.of(panel.rows(0, count)))

    def _judged(self, row: Panel, results: Results, tally: Tally, begun: float) -> Found:
        case = self._case.on(dataclasses.replace(row, data_hash=self._case.panel.data_hash))
        within = rows_within(row, case.scan.session)
        return judged(case, results, tally, begun, row=int(within[-1])) if len(within) else nothing(case, begun)
