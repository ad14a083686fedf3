"""What a run needs of others, as it sees them: where bars come from, what is kept of it, who says what comes first."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Protocol

import numpy as np

from scanwright.expr.catalogue import Catalogue
from scanwright.model.panel import Floats, Ints, Panel
from scanwright.model.run import Event, RunRecord
from scanwright.scan.definition import Scan
from scanwright.scan.members import Sets
from scanwright.scan.now import Found


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """Symbols whose bars are in the market now, and those whose bars did not come, with the reason."""

    symbols: tuple[str, ...]
    missed: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])


@dataclasses.dataclass(kw_only=True, slots=True)
class Spent:
    """What asking has cost so far."""

    requests: int = 0
    cached: int = 0
    dollars: float = 0.0


class Bars(Protocol):
    """Where the bars of a run come from."""

    @property
    def frame(self) -> np.datetime64:
        """The stamp of the frame that is to be judged."""
        ...

    @property
    def spent(self) -> Spent:
        """What it has cost."""
        ...

    @property
    def pace(self) -> float:
        """How many symbols a second there can be in the long run; infinite where nobody says."""
        ...

    def panel(self) -> Panel:
        """The bars of the market as they are now."""
        ...

    def lacking(self) -> Mapping[str, int]:
        """The symbols whose bars are not at hand, and how many bars each lacks."""
        ...

    def bring(self, waiting: Waiting) -> AsyncGenerator[Arrived]:
        """Ask for whoever waits, the first first, as many at once as is allowed; say who has come, in batches."""
        ...


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What stands beside a hit and is no part of the result; `lacking` says what did not come, and why."""

    symbol: str
    values: Mapping[str, float | str] = dataclasses.field(default_factory=dict[str, float | str])
    lacking: tuple[str, ...] = ()


class Enricher(Protocol):
    """Who knows more about hits than their bars say."""

    def cost(self, hits: int) -> int:
        """How many requests so many hits cost."""
        ...

    def about(self, symbols: Sequence[str]) -> AsyncGenerator[Beside]:
        """What there is about each symbol, the first first."""
        ...


class Judge(Protocol):
    """Who says what a scan finds now."""

    def now(
        self, scan: Scan, panel: Panel, catalogue: Catalogue, *, threads: int = 2, sets: Sets | None = None
    ) -> Found:
        """Judge every symbol of the universe at the panel's last frame."""
        ...


class Waiting(Protocol):
    """The symbols that wait, in an order that may change at any time."""

    def __len__(self) -> int:
        """How many wait."""
        ...

    def take(self, most: int) -> Sequence[str]:
        """The next ones, at most so many; none where nobody waits or enough is known."""
        ...


class Prioritiser(Protocol):
    """Who says which symbols to look at first."""

    def values(self, judged: Ints, bars: Mapping[str, Floats], hits: Ints) -> Floats:
        """What looking at each symbol is worth `[N]`, higher first.

        judged: the columns whose bars are known by now, bars: their `open` to `volume` at the frame, one a column;
        hits: those of them that were one.
        """
        ...


class Records(Protocol):
    """What is kept of runs; each call is on the disk when it returns."""

    def begin(self, run: RunRecord) -> None:
        """A run has started."""
        ...

    def add(self, run: str, events: Sequence[Event], judged: Sequence[str]) -> None:
        """These events happened and these symbols need not be looked at again: both or neither."""
        ...

    def alive(self, run: str) -> None:
        """The run's process goes on, though there is nothing new."""
        ...

    def end(self, run: RunRecord) -> None:
        """A run has ended; its record as it is now."""
        ...

    def get(self, run: str) -> RunRecord | None:
        """A run, or nothing."""
        ...

    def events(self, run: str, after: int, most: int) -> Sequence[Event]:
        """The events of a run after one, at most so many."""
        ...

    def runs(self, most: int, *, status: str = "") -> Sequence[RunRecord]:
        """The latest runs, the newest first."""
        ...

    def having(self, symbol: str, since: dt.datetime) -> Sequence[tuple[RunRecord, str]]:
        """The runs that had a symbol among their hits, each with the time of the hit's bar."""
        ...
