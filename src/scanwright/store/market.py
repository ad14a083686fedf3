"""A market on disk: a folder of bars, symbols and splits, of which panels are mapped into memory."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import numpy as np

from scanwright.model.errors import Absent, Conflict, SettingsError, StoreError
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel
from scanwright.store.files import disk, write_whole
from scanwright.store.manifest import MANIFEST, Manifest, Series, Source, read_manifest, write_manifest
from scanwright.store.panel import Adjusted, Calendar, Place, Undone, open_panel
from scanwright.store.progress import Progress, Stamps, unheard
from scanwright.store.zones import CALENDAR_ZONES

if TYPE_CHECKING:
    import polars as pl

    from scanwright.store.report import ImportReport
    from scanwright.store.status import MarketStatus
    from scanwright.store.stretches import Stretch

T = TypeVar("T")
MARKET = "market.json"
FORMAT = 1
ATTEMPTS = 20  # a reader that meets this many new generations in a row gives up


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Market:
    """The market in a folder, made by `create` or found by `Market.open`.

    Every call sees the market as it is at that moment; readers take no lock and wait for nobody.

    >>> import tempfile
    >>> market = create(Path(tempfile.mkdtemp()), name="demo", calendar="us_stocks")
    >>> Market.open(market.folder) == market, market.intervals()
    (True, ())
    """

    folder: Path
    name: str
    calendar: Calendar

    @classmethod
    def open(cls, folder: Path) -> Market:
        """The market of a folder; `Absent` where there is none."""
        try:
            raw = json.loads((folder / MARKET).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            todo = f"scanwright data import FILE --market {folder}, or data update --provider P"
            raise Absent(place=folder, expected="a market", found="no market.json", todo=todo) from None
        except ValueError as error:
            todo = "restore the file from a copy"
            raise StoreError(place=folder / MARKET, expected="JSON", found=str(error), todo=todo) from error
        except OSError as error:
            with disk(folder / MARKET):
                raise error from None
        about = cast("dict[str, str | int]", raw if isinstance(raw, dict) else {})
        if about.get("format") != FORMAT or about.get("calendar") not in CALENDAR_ZONES:
            todo = "use the version of scanwright that made it"
            raise StoreError(place=folder / MARKET, expected="a market of format 1", found=repr(about)[:80], todo=todo)
        return cls(folder=folder, name=str(about.get("name", "")), calendar=cast("Calendar", about["calendar"]))

    def intervals(self) -> tuple[Interval, ...]:
        """The intervals that have bars, the finest first."""
        held = read_manifest(self.folder).intervals
        return tuple(interval for interval in Interval if interval in held and held[interval].bars)

    def symbols(self, interval: Interval) -> tuple[str, ...]:
        """Who has bars of an interval, in the order of their columns."""
        from scanwright.store.merging import kept_bytes

        def read(manifest: Manifest) -> tuple[str, ...]:
            series = manifest.intervals.get(interval)
            return tuple(json.loads(kept_bytes(self.folder, series.columns))) if series and series.columns else ()

        return self._resting(read)

    def data_hash(self, interval: Interval) -> str:
        """Names the data of an interval: equal hashes, equal bars, splits and facts."""
        manifest, _ = self._series(interval)
        return manifest.data_hash(interval)

    def quarantined(self, interval: Interval) -> Mapping[str, int]:
        """Different refused rows of an interval by reason; empty where none was."""
        series = read_manifest(self.folder).intervals.get(interval)
        return series.quarantined if series else {}

    def quarantine(self, interval: Interval) -> pl.DataFrame | None:
        """The refused rows with `reason` and `source`, or nothing where none was."""
        from scanwright.store.merging import kept_frame

        def read(manifest: Manifest) -> pl.DataFrame | None:
            series = manifest.intervals.get(interval)
            return kept_frame(self.folder, series.quarantine) if series and series.quarantine else None

        return self._resting(read)

    def panel(
        self,
        interval: Interval,
        *,
        as_of: np.datetime64 | None = None,
        symbols: Sequence[str] | None = None,
        adjust: Adjusted = "splits",
    ) -> Panel:
        """The bars of an interval, mapped into memory; derived anew first where that is missing.

        as_of: frames after it are left out, splits after it are not applied. A session's date for days and longer; for
            intraday a moment in UTC, or a date, which stands for its end in the calendar's zone.
        symbols: only these, in this order, as a copy; `UnknownSymbol` for one that the market does not hold.
        adjust: by the splits, or `raw`, as traded.
        """
        for _ in range(ATTEMPTS):
            manifest, series = self._series(interval)

            def read(manifest: Manifest = manifest, series: Series = series) -> Panel:
                return open_panel(self._place(manifest, interval), as_of, self._undone(series, as_of), adjust)

            try:
                panel = read()
            except (OSError, ValueError, KeyError, TypeError):
                panel = self._derived(manifest, interval, read)
            if panel is not None:
                return panel if symbols is None else panel.columns(_columns(panel, symbols))
        raise self._restless()

    def series(self, interval: Interval) -> Series:
        """The files of a stored interval, and where its bars came from."""
        return self._series(interval)[1]

    def status(self) -> MarketStatus:
        """What the market holds."""
        from scanwright.store.status import status_of

        return status_of(self.folder, self.name, self.calendar)

    def import_file(
        self,
        path: Path,
        *,
        interval: Interval | None = None,
        stamps: Stamps = "start",
        zone: str = "UTC",
        progress: Progress = unheard,
    ) -> ImportReport:
        """Import a Parquet or CSV file, or a folder of them: bars, the symbol table, or splits, as their columns say.

        interval: guessed from how far bars stand apart. stamps: whether intraday stamps are the start or the end of a
        bar. zone: of times that name none.
        """
        from scanwright.store.importing import Door, import_table
        from scanwright.store.reading import read_table

        self._still_here()
        door = Door(
            folder=self.folder, calendar=self.calendar, progress=progress, interval=interval, stamps=stamps, zone=zone
        )
        return import_table(door, read_table(path, progress))

    def write(
        self, frame: pl.DataFrame, *, source: str, interval: Interval | None = None, progress: Progress = unheard
    ) -> ImportReport:
        """Import a frame through the same door: bars (stamped with their ends), the symbol table, or splits.

        source: what the quarantine calls it.
        """
        from scanwright.store.importing import Door, import_table
        from scanwright.store.reading import table_of

        self._still_here()
        door = Door(folder=self.folder, calendar=self.calendar, progress=progress, interval=interval, stamps="end")
        return import_table(door, table_of(frame, source))

    def append(
        self,
        interval: Interval,
        bars: pl.DataFrame,
        *,
        seen: dt.datetime,
        source: str,
        stretches: Sequence[Stretch] = (),
        late: bool = True,
        closed: np.datetime64 | None = None,
    ) -> ImportReport:
        """Add bars as they come; on the disk when this returns. The panel is left to `derive`, or to the next reader.

        bars: symbol, ts (a session's date, or the END of the bar in UTC), open, high, low, close, volume, as traded.
        seen: when they came; what they change is kept as a revision until then. stretches: what they are the answer
        to, also where nothing was traded. late: a new bar inside of what was answered before is a revision too.
        closed: bars after this stamp are still forming, and may change without a revision; without it as before.
        """
        from scanwright.store.importing import Door, append_bars
        from scanwright.store.reading import bars_table

        self._still_here()
        door = Door(
            folder=self.folder,
            calendar=self.calendar,
            progress=unheard,
            seen=seen,
            stretches=stretches,
            late=late,
            closed="" if closed is None else _stamp(closed, interval),
            derive=False,
        )
        return append_bars(door, interval, bars_table(bars, source))

    def derive(self, interval: Interval, progress: Progress = unheard) -> None:
        """Bring the panel of an interval up to date, so that no reader has to."""
        from scanwright.store.derive import build
        from scanwright.store.lock import writing

        with writing(self.folder):
            manifest, _ = self._series(interval)
            build(self.folder, interval, manifest, self.calendar, progress)

    def bars(
        self,
        interval: Interval,
        *,
        symbols: Sequence[str] | None = None,
        first: np.datetime64 | None = None,
        last: np.datetime64 | None = None,
    ) -> pl.DataFrame:
        """The bars as they are stored: as traded, those without trade too, sorted by symbol and ts.

        first, last: stamps, both included.
        """
        import polars as pl

        from scanwright.store.merging import read_bars

        self._series(interval)
        ends = ["" if each is None else _stamp(each, interval) for each in (first, last)]
        found = self._resting(lambda manifest: read_bars(self.folder, manifest.intervals[interval].bars, *ends))
        if found is None:
            kind = pl.Datetime("ms", "UTC") if interval.is_intraday else pl.Date
            return pl.DataFrame(schema={"symbol": pl.String, "ts": kind, **dict.fromkeys(FIELDS, pl.Float64)})
        return found if symbols is None else found.filter(pl.col("symbol").is_in(list(symbols)))

    def untraded(self, interval: Interval) -> pl.DataFrame:
        """Symbol and ts of the stored bars on which nothing was traded."""
        from scanwright.store.merging import untraded_bars

        return untraded_bars(self.folder, self._series(interval)[1].bars)

    def revisions(self, interval: Interval) -> pl.DataFrame | None:
        """What stood before bars were changed: symbol, ts, the five values (nulls: no bar), until, source."""
        return self._kept(interval, "revisions")

    def stretches(self, interval: Interval) -> pl.DataFrame | None:
        """What was asked of whom: symbol, first, last, provider, asked_at, as_of, delayed_seconds."""
        return self._kept(interval, "stretches")

    def table(self, name: str) -> pl.DataFrame | None:
        """A small table (`symbols splits dividends renames events facts members`); None where there is none."""
        from scanwright.store.merging import kept_frame

        def read(manifest: Manifest) -> pl.DataFrame | None:
            kept = manifest.tables.get(name)
            return kept_frame(self.folder, kept) if kept else None

        return self._resting(read)

    def dividends(self, as_of: np.datetime64 | None = None) -> pl.DataFrame | None:
        """The dividends as they were known at an as-of: symbol, date, kind, amount; without those of nothing."""
        from scanwright.store.corrections import dividends_at

        found = self.table("dividends")
        return None if found is None else dividends_at(found, self.table("corrections"), as_of, self.calendar)

    def put(
        self,
        name: str,
        frame: pl.DataFrame,
        *,
        source: str,
        asked: dt.datetime | None = None,
        delayed: dt.timedelta | None = None,
    ) -> ImportReport:
        """Merge rows into a small table by its keys; a later value stands, a missing one replaces nothing.

        source: the file, or the provider that was asked then and holds its data back for so long (None: not said).
        """
        from scanwright.store.importing import Door, put_table

        self._still_here()
        door = Door(folder=self.folder, calendar=self.calendar, progress=unheard, derive=False)
        return put_table(door, name, frame, source, asked, delayed)

    def tables(self) -> tuple[str, ...]:
        """The small tables that are there, by name."""
        return tuple(sorted(read_manifest(self.folder).tables))

    def told(self, name: str) -> tuple[Source, ...]:
        """Where the rows of a small table came from, the latest at the end."""
        return read_manifest(self.folder).told.get(name, ())

    def keep_chain(self, frame: pl.DataFrame, *, source: str) -> ImportReport:
        """Add snapshots of option chains, as `store/chains.py` has their columns; one that is there stays as it is."""
        from scanwright.store.chains import keep_chains

        self._still_here()
        return keep_chains(self.folder, self.calendar, frame, source)

    def chain(self, underlying: str, *, at: dt.datetime | None = None) -> pl.DataFrame | None:
        """The last snapshot of an underlying's option chain, or the last at a moment; None where there is none."""
        from scanwright.store.chains import latest

        return self._resting(lambda manifest: latest(self.folder, manifest, underlying, at))

    def chains(
        self,
        *,
        underlyings: Sequence[str] | None = None,
        first: dt.datetime | None = None,
        last: dt.datetime | None = None,
    ) -> pl.DataFrame:
        """The snapshots of option chains taken between two moments, both included, as one table."""
        from scanwright.store.chains import Which, listed, read_chains

        which = Which(underlyings=underlyings, first=first, last=last)
        return self._resting(lambda manifest: read_chains(self.folder, listed(self.folder, manifest, which)))

    def chain_snapshots(
        self,
        *,
        underlyings: Sequence[str] | None = None,
        first: dt.datetime | None = None,
        last: dt.datetime | None = None,
    ) -> pl.DataFrame:
        """Which snapshots of option chains there are: underlying, taken, provider, contracts."""
        from scanwright.store.chains import SNAPSHOT, Which, listed

        which = Which(underlyings=underlyings, first=first, last=last)
        found = self._resting(lambda manifest: listed(self.folder, manifest, which))
        return found.select(*SNAPSHOT, "contracts")

    def _resting(self, read: Callable[[Manifest], T]) -> T:
        """What is read by a manifest; by the next one where its files are gone meanwhile."""
        for _ in range(ATTEMPTS):
            manifest = read_manifest(self.folder)
            try:
                return read(manifest)
            except Absent:
                if read_manifest(self.folder).generation == manifest.generation:
                    raise
        raise self._restless()

    def _restless(self) -> Conflict:
        return Conflict(
            place=self.folder,
            expected="a market that rests",
            found="new data each time it was read",
            todo="do it again",
        )

    def _kept(self, interval: Interval, name: Literal["revisions", "stretches"]) -> pl.DataFrame | None:
        from scanwright.store.merging import kept_frame

        def read(manifest: Manifest) -> pl.DataFrame | None:
            kept = getattr(manifest.intervals.get(interval), name, None)
            return kept_frame(self.folder, kept) if kept else None

        return self._resting(read)

    def _still_here(self) -> None:
        with disk(self.folder):
            (self.folder / MANIFEST).stat()

    def _series(self, interval: Interval) -> tuple[Manifest, Series]:
        manifest = read_manifest(self.folder)
        series = manifest.intervals.get(interval)
        if series is None or not series.bars:
            held = " ".join(each for each in Interval if each in manifest.intervals) or "no bars at all"
            todo = f"scanwright data import FILE --market {self.folder}, or data update --provider P"
            raise Absent(place=self.folder, expected=f"bars of {interval}", found=held, todo=todo)
        return manifest, series

    def _place(self, manifest: Manifest, interval: Interval) -> Place:
        home = self.folder / "panel" / interval.value
        return Place(
            interval=interval,
            home=home,
            key=manifest.prices_key(interval),
            attributes=home / f"attributes-{manifest.attributes_key(interval)}" if manifest.describes else None,
            calendar=self.calendar,
            data_hash=manifest.data_hash(interval),
            market=self.name,
        )

    def _undone(self, series: Series, as_of: np.datetime64 | None) -> Undone | None:
        """The bars that were revised after the as-of, as they stood then."""
        if as_of is None or series.revisions is None:
            return None
        from scanwright.store.revisions import undone_at

        return undone_at(self.folder, series.revisions, as_of, self.calendar)

    def _derived(self, manifest: Manifest, interval: Interval, read: Callable[[], Panel]) -> Panel | None:
        """Build what is missing and read it; nothing where the market has moved on meanwhile."""
        from scanwright.store.derive import build

        try:
            return build(self.folder, interval, manifest, self.calendar, unheard, read)
        except (Absent, OSError, ValueError, KeyError, TypeError):
            if read_manifest(self.folder).generation == manifest.generation:
                raise
        return None


def create(folder: Path, *, name: str, calendar: str = "us_stocks") -> Market:
    """Make an empty market in a folder; `Conflict` where there is one already."""
    if calendar not in CALENDAR_ZONES:
        raise SettingsError(
            expected=f"a calendar ({' '.join(CALENDAR_ZONES)})", found=repr(calendar), todo="choose one of these"
        )
    with disk(folder):
        if (folder / MARKET).exists():
            raise Conflict(place=folder, expected="no market", found="one", todo="open it, or choose another folder")
    write_manifest(folder, Manifest())
    about = {"format": FORMAT, "name": name, "calendar": calendar}
    write_whole(folder / MARKET, json.dumps(about).encode())
    return Market(folder=folder, name=name, calendar=cast("Calendar", calendar))


def _stamp(stamp: np.datetime64, interval: Interval) -> str:
    """A stamp as the manifest writes it."""
    return str(stamp.astype("M8[s]" if interval.is_intraday else "M8[D]"))


def _columns(panel: Panel, symbols: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where these symbols stand."""
    places = {symbol: at for at, symbol in enumerate(panel.symbols)}
    return np.array([places[each] if each in places else panel.column(each) for each in symbols], dtype=np.int64)
