"""An import: a foreign table is read, judged row by row, and merged into the market."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.manifest import Kept, Manifest, Series, Source
from scanwright.store.merging import Bars, bars_near, keep, keep_bytes, kept_bytes, kept_frame, merge_bars, stamp_text
from scanwright.store.outside import parted
from scanwright.store.progress import Progress, Stamps
from scanwright.store.publish import publish
from scanwright.store.quarantine import counted, judged
from scanwright.store.reading import Table, polars_says
from scanwright.store.report import ImportReport
from scanwright.store.revisions import revised
from scanwright.store.sources import sources_with, teller, told_with
from scanwright.store.stretches import Stretch
from scanwright.store.stretches import merged as merged_stretches
from scanwright.store.stretches import table_of as table_of_stretches
from scanwright.store.tables import (
    KEYS_OF,
    SPLITS,
    Merged,
    checked_table,
    merged,
    read_dividends,
    read_splits,
    read_symbols,
)
from scanwright.store.typed import typed_bars
from scanwright.store.unadjusted import said as unadjusted
from scanwright.store.unadjusted import split_like

FACTS = ("symbol", "ts", *FIELDS, "reason")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """The market that an import goes into, and how its bars are to be understood.

    stamps: whether intraday stamps are the start or the end of a bar. zone: of times that name none.
    seen: when the bars came; what they change is kept until then. Without it nobody asks what stood before.
    stretches: what they answer. late: whether a new bar inside of what was answered before counts as late.
    closed: bars after this stamp are still forming. derive: whether the panel is made at once.
    """

    folder: Path
    calendar: str
    progress: Progress
    interval: Interval | None = None
    stamps: Stamps = "start"
    zone: str = "UTC"
    seen: dt.datetime | None = None
    stretches: Sequence[Stretch] = ()
    late: bool = False
    closed: str = ""
    derive: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Judged:
    """Bars that were read: the good ones by symbol and time, the refused ones with their reason."""

    interval: Interval
    good: pl.DataFrame
    refused: pl.DataFrame
    rows: int
    said: tuple[str, ...]
    warnings: tuple[str, ...]


def append_bars(door: Door, interval: Interval, table: Table) -> ImportReport:
    """Put bars of our own types into the market, stamped with their ends."""
    kind = pl.Datetime("ms", "UTC") if interval.is_intraday else pl.Date
    with polars_says(table.source):
        frame = table.frames[0].select(
            pl.col("symbol").cast(pl.String),
            pl.col("ts").cast(kind),
            *(pl.col(name).cast(pl.Float64) for name in FIELDS),
            pl.lit(value=False).alias("unread"),
            pl.col("origin"),
        )
        good, refused = judged(frame)
    bars = Judged(interval=interval, good=good, refused=refused, rows=len(frame), said=(), warnings=())
    change = functools.partial(_bars, door, table, bars)
    return publish(door.folder, door.calendar, change, door.progress, derive=door.derive)


def put_table(
    door: Door,
    name: str,
    frame: pl.DataFrame,
    source: str,
    asked: dt.datetime | None = None,
    delayed: dt.timedelta | None = None,
) -> ImportReport:
    """Merge rows into one of the small tables; asked, delayed: of a provider."""
    checked = checked_table(name, frame, source)
    table = Table(kind="symbols", source=source, frames=(), files=(), said=())
    change = functools.partial(_small, door, name, checked, table, teller(source, checked, asked, delayed))
    return publish(door.folder, door.calendar, change, door.progress, derive=door.derive)


def import_table(door: Door, table: Table) -> ImportReport:
    """Put a table into the market, whichever of the three it is."""
    with polars_says(table.source):
        if table.kind == "bars":
            bars = _judge(door, table)
            change = functools.partial(_bars, door, table, bars)
            return publish(door.folder, door.calendar, change, door.progress, derive=door.derive)
        frame = {"splits": read_splits, "dividends": read_dividends}.get(table.kind, read_symbols)(table)
    change = functools.partial(_small, door, table.kind, frame, table, teller(table.source, frame, None, None))
    return publish(door.folder, door.calendar, change, door.progress, derive=door.derive)


def _judge(door: Door, table: Table) -> Judged:
    """Read what is written in the rows, and part the good from the refused."""
    typed = typed_bars(table, interval=door.interval, stamps=door.stamps, zone=door.zone, calendar=door.calendar)
    door.progress(0, 1, "rows judged")
    good, refused = judged(typed.frame)
    door.progress(1, 1, "rows judged")
    return Judged(
        interval=typed.interval,
        good=good,
        refused=refused,
        rows=len(typed.frame),
        said=typed.said,
        warnings=_early(good, typed.interval),
    )


def _early(good: pl.DataFrame, interval: Interval) -> tuple[str, ...]:
    """Warn of weeks and months that are stamped with their first day."""
    first = {Interval.WEEK: good["ts"].dt.weekday() == 1, Interval.MONTH: good["ts"].dt.day() == 1}.get(interval)
    if first is None or int(first.sum()) * 2 <= len(first):
        return ()
    return (f"most bars of {interval} are stamped with their first day: a scan of a past date sees the whole bar then",)


def _bars(door: Door, table: Table, bars: Judged, now: Manifest) -> tuple[Manifest, ImportReport]:
    """The manifest with these bars, and what came of them."""
    interval, folder = bars.interval, door.folder
    series = now.intervals.get(interval, Series(bars=(), columns=None))
    bars = _within_sessions(door, bars, series)
    good = bars.good.select("symbol", "ts", *FIELDS)
    files = merge_bars(folder, interval, series.bars, good, door.progress)
    quarantine, counts = _quarantine(folder, interval, series, bars.refused, table.files)
    first, last = stamp_text(good["ts"].min()), stamp_text(good["ts"].max())
    covered = kept_frame(folder, series.stretches) if series.stretches else None
    asked = merged_stretches(covered, table_of_stretches(door.stretches)) if door.stretches else None
    after = Series(
        bars=files.files,
        columns=_columns(folder, interval, series, good),
        first=min(filter(None, (series.first, first)), default=""),
        last=max(series.last, last),
        quarantine=quarantine,
        quarantined=counts,
        rows=series.rows + files.new,
        closed=door.closed or series.closed,
        revisions=_revisions(door, bars, series, files, covered, table.source),
        stretches=series.stretches if asked is None else keep(folder, f"stretches/{interval}", asked),
        sources=sources_with(series.sources, asked, good if files.new + files.changed else good.clear(), table.source),
    )
    splits = kept_frame(folder, now.splits) if now.splits else SPLITS.to_frame()
    report = ImportReport(
        kind="bars",
        source=table.source,
        interval=interval,
        rows_read=bars.rows,
        rows_new=files.new,
        rows_changed=files.changed,
        rows_same=files.same,
        quarantined=counted(bars.refused),
        said=bars.said,
        symbols=good["symbol"].n_unique(),
        first=first,
        last=last,
        warnings=(*bars.warnings, *unadjusted(split_like(good, splits))),
    )
    return dataclasses.replace(now, intervals={**now.intervals, interval: after}), report


def _within_sessions(door: Door, bars: Judged, series: Series) -> Judged:
    """The bars with those outside their session among the refused ones."""
    stored = functools.partial(bars_near, door.folder, series.bars)
    found = parted(bars.good, bars.interval, door.calendar, stored)
    refused = pl.concat([bars.refused, found.outside.select(bars.refused.columns)])
    return dataclasses.replace(bars, good=found.inside, refused=refused, warnings=(*bars.warnings, *found.warnings))


def _revisions(
    door: Door, bars: Judged, series: Series, files: Bars, covered: pl.DataFrame | None, source: str
) -> Kept | None:
    """The file of revisions with what stood before these bars."""
    if door.seen is None or not files.new + files.changed:
        return series.revisions
    found = revised(
        files.before, until=door.seen, source=source, closed=series.closed, covered=covered if door.late else None
    )
    if found.is_empty():
        return series.revisions
    if series.revisions:
        found = pl.concat([kept_frame(door.folder, series.revisions), found])
    return keep(door.folder, f"revisions/{bars.interval}", found)


def _columns(folder: Path, interval: Interval, series: Series, good: pl.DataFrame) -> Kept | None:
    """The list of symbols with the new ones at its end: a symbol's column is for ever."""
    known: Sequence[str] = json.loads(kept_bytes(folder, series.columns)) if series.columns else ()
    new = sorted(set(good["symbol"].unique()) - set(known))
    if not new:
        return series.columns
    content = json.dumps([*known, *new]).encode()
    return keep_bytes(folder, f"bars/{interval}/columns", ".json", content, len(known) + len(new))


def _quarantine(
    folder: Path, interval: Interval, series: Series, refused: pl.DataFrame, files: Sequence[str]
) -> tuple[Kept | None, Mapping[str, int]]:
    """The table of refused rows with the new ones; a row that was refused before is kept once."""
    if refused.is_empty():
        return series.quarantine, series.quarantined
    names = pl.Series("source", files).gather(refused["origin"])
    coming = refused.select(FACTS).with_columns(names)
    known = kept_frame(folder, series.quarantine) if series.quarantine else coming.clear()
    whole = pl.concat([known, coming]).unique(subset=FACTS, keep="first", maintain_order=True)
    if len(whole) == len(known):
        return series.quarantine, series.quarantined
    whole = whole.sort(FACTS)
    return keep(folder, f"quarantine/{interval}", whole), counted(whole)


def _small(
    door: Door, name: str, frame: pl.DataFrame, table: Table, source: Source, now: Manifest
) -> tuple[Manifest, ImportReport]:
    """The manifest with more rows in a small table."""
    kept = now.tables.get(name)
    result: Merged = merged(kept_frame(door.folder, kept) if kept else None, frame, list(KEYS_OF[name]))
    if result.new + result.changed:
        kept = keep(door.folder, name, result.frame)
    report = ImportReport(
        kind=name,
        source=table.source,
        rows_read=sum(len(each) for each in table.frames) or len(frame),
        rows_new=result.new,
        rows_changed=result.changed,
        rows_same=result.same,
        quarantined={"duplicate": result.twice} if result.twice else {},
        said=table.said,
        symbols=frame["symbol"].n_unique(),
    )
    if not kept:
        return now, report
    told = now.told.get(name, ())
    if result.new + result.changed or source.asked:
        told = told_with(told, source)
    return dataclasses.replace(
        now, tables={**now.tables, name: kept}, told={**now.told, name: told} if told else now.told
    ), report
