"""A market as people use it: a folder of bars, in any interval that they ask for."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from scanwright.app.context import Usual
from scanwright.app.settings import Settings, WallClock
from scanwright.app.told import Told
from scanwright.model.clock import Clock
from scanwright.model.errors import Absent
from scanwright.model.interval import Interval
from scanwright.model.panel import Bytes, Panel
from scanwright.model.worth import Worth
from scanwright.scan.board import Boards
from scanwright.scan.definition import Adjust, Scan
from scanwright.scan.foretold import asks
from scanwright.scan.judge import stamp
from scanwright.scan.members import Sets
from scanwright.scan.ports import Judge
from scanwright.scan.warm import Warm
from scanwright.store.market import Market as Stored

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.lists import WatchLists


class Market:
    """A market on disk, with what this process remembers of it.

    >>> from scanwright.app.demo import written
    >>> market = open(written(symbols=10, years=1))
    >>> market.panel("1w").interval, len(market.symbols)
    (<Interval.WEEK: '1w'>, 10)
    """

    def __init__(self, stored: Stored, *, threads: int = 1, clock: Clock | None = None) -> None:
        """A market as the store keeps it; `threads` is how many a fold may use, `clock` tells how old bars are."""
        self.stored = stored
        self.threads = threads
        self._clock = clock or WallClock()
        self.warm: Judge = Warm()
        self.boards = Boards()
        self.usual = Usual()
        self.told = Told(stored)
        self._panels: dict[Interval, tuple[tuple[str, str, str, str], Panel]] = {}

    def __repr__(self) -> str:
        """Name and place."""
        return f"<Market {self.name} in {self.folder}>"

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.stored.folder

    @property
    def name(self) -> str:
        """What it is called."""
        return self.stored.name

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals that it has bars of, the finest first."""
        return self.stored.intervals()

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol that it has bars of."""
        found = dict.fromkeys(symbol for each in self.intervals for symbol in self.panel(each).symbols)
        return tuple(found)

    @property
    def lists(self) -> WatchLists:
        """Its watch lists."""
        from scanwright.app.lists import WatchLists

        return WatchLists(self.stored)

    def sets(self, scan: Scan, panel: Panel) -> Sets:
        """Who belongs to the names of a scan's universe and exclusion: symbols, watch lists, indexes, files."""
        universe, exclude = scan.universes()
        found = Sets()
        if universe.groups or exclude.groups:
            from scanwright.app.universes import sets_of

            found = sets_of(scan, self.stored, panel.symbols)
        if asks(scan):
            from scanwright.app.learning import Learner

            return dataclasses.replace(found, teller=Learner(scan, self, found))
        return found

    def source(self, interval: Interval) -> Interval:
        """The stored interval that bars come from: the same, or the coarsest that is finer; `Absent` without either."""
        held = self.intervals
        finer = [each for each in held if each <= interval]
        if not finer:
            raise Absent(
                place=self.folder,
                expected=f"bars of {interval} or finer",
                found=f"bars of {' '.join(held)}" if held else "no bars",
                todo=f"scanwright data import FILE --market {self.folder}, or data update --provider P",
            )
        return finer[-1]

    def panel(
        self, interval: Interval | str = Interval.DAY, as_of: np.datetime64 | None = None, adjust: Adjust = "splits"
    ) -> Panel:
        """Bars up to `as_of` as they were known then; made from finer ones where only those are at hand.

        adjust: `raw`, as traded; by `splits`; or by splits and dividends, `total`.
        """
        wanted = Interval.read(interval)
        source = self.source(wanted)
        key = (source.value, self.stored.data_hash(source), str(as_of), adjust)
        kept = self._panels.get(wanted)
        if kept and kept[0] == key:
            return kept[1]
        found = self.stored.panel(source, as_of=as_of, adjust="raw" if adjust == "raw" else "splits")
        if adjust == "total":
            found = self._with_dividends(found, as_of)
        if source != wanted:
            from scanwright.data.resample import resampled

            found = resampled(found, wanted)
        self._panels[wanted] = (key, found)
        return found

    def read_as(self, panel: Panel) -> tuple[str, str, Literal["raw", "splits"]] | None:
        """How a panel that this market gave last was read from the disk: interval, as-of and adjustment.

        None where it was made from what is stored, so that it cannot be mapped again as it is.
        """
        for interval, ((source, _, as_of, adjust), kept) in list(self._panels.items()):
            if kept is panel and source == interval.value and adjust != "total":
                return source, "" if as_of == "None" else as_of, "raw" if adjust == "raw" else "splits"
        return None

    def _with_dividends(self, panel: Panel, as_of: np.datetime64 | None) -> Panel:
        from scanwright.data.adjusting import total

        paid = self.stored.dividends(as_of)
        return panel if paid is None else total(panel, paid.select("symbol", "date", "amount").iter_rows())

    def _lost_dividends(self, panel: Panel, as_of: np.datetime64 | None) -> int:
        """How many dividends of the panel's time are not in its prices."""
        paid = self.stored.dividends(as_of)
        if paid is None or not len(panel.ts):
            return 0
        first, last = (panel.ts[at].astype("M8[D]").item() for at in (0, -1))
        inside = paid.filter(paid["date"] > first, paid["date"] <= last, paid["symbol"].is_in(list(panel.symbols)))
        return inside.select("symbol", "date").n_unique() - len(panel.payouts)

    def worth(self, scan: Scan, panel: Panel, as_of: np.datetime64 | None) -> Worth:
        """How old the bars of a scan's panel are, from whom, how much delayed, and what is missing."""
        from scanwright.app.worth import worth_of

        series = self.stored.series(self.source(scan.interval))
        return worth_of(series, panel, as_of, self._clock.now(), scan.session)

    def notes(self, interval: Interval, panel: Panel, as_of: np.datetime64 | None) -> list[str]:
        """What a person should know of these bars."""
        found: list[str] = []
        source = self.source(interval)
        if source != interval:
            found.append(f"bars of {interval} are made from the stored {source} bars")
        if panel.payouts and (lost := self._lost_dividends(panel, as_of)):
            found.append(f"{lost:,} dividends are left out of the prices: no bar before them, or as large as the price")
        whole = panel.ts if as_of is None else self.stored.panel(source).ts
        if as_of is not None and len(whole) and as_of.astype("M8[D]") > whole[-1].astype("M8[D]"):
            found.append(f"the data ends on {whole[-1].astype('M8[D]')}, before the as-of {as_of}")
        if len(whole) and not len(panel.ts):
            found.append(f"the data begins on {whole[0].astype('M8[D]')}")
        return found

    def quarantined(self, panel: Panel) -> Bytes | None:
        """Refused bars as `[T, N]` over a panel; None where none was refused."""
        from scanwright.learn.outcomes import quarantine_mask

        refused = self._lost(panel)
        if refused is None:
            return None
        refused = refused.filter(~refused["reason"].str.starts_with("outside_"))  # nothing is lost where no session is
        return quarantine_mask(
            panel, zip(refused["symbol"].to_list(), refused["ts"].to_numpy().astype("M8[s]"), strict=True)
        )

    def refused(self, symbol: str, panel: Panel) -> str:
        """The latest refused bar of a symbol in words, where it has no later bar; else nothing."""
        lost = self._lost(panel)
        if lost is None:
            return ""
        own = np.flatnonzero(panel.bar[:, panel.column(symbol)])
        rows = lost.filter(lost["symbol"] == symbol).sort("ts")
        if not len(rows) or (len(own) and rows["ts"].to_numpy()[-1] <= panel.ts[own[-1]]):
            return ""
        return f"{stamp(rows['ts'].to_numpy()[-1], panel.interval)}, {rows['reason'][-1]}, from {rows['source'][-1]}"

    def _lost(self, panel: Panel) -> pl.DataFrame | None:
        """Bars that were refused and that no other stands for."""
        refused = self.stored.quarantine(self.source(panel.interval))
        if refused is None:
            return None
        import polars as pl

        lost = refused.filter(pl.col("reason") != "duplicate")  # of a duplicate the first bar was kept
        lost = lost.with_columns(pl.col("ts").cast(pl.Datetime("us"))).drop_nulls(["symbol", "ts"])
        return lost.filter(pl.col("ts") <= panel.ts[-1].astype("M8[us]")) if len(panel.ts) else None


def open(folder: str | os.PathLike[str], *, threads: int | None = None) -> Market:
    """The market of a folder; `Absent` says how to import one where there is none."""
    stored = Stored.open(Path(folder))
    return Market(stored, threads=Settings.read().threads if threads is None else threads)
