"""Files of events, in CSV and Parquet: which column is what, and events as the market keeps them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import polars as pl

from scanwright.data.ports import EventKind
from scanwright.model.errors import BadBars, SettingsError
from scanwright.store.columns import folded
from scanwright.store.reading import read_frame
from scanwright.store.tables import MOMENT, SCHEMAS
from scanwright.store.times import read_stamps

KINDS: Sequence[str] = get_args(EventKind)
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "symbol": ("symbol", "ticker", "sym", "instrument", "code"),
    "kind": ("kind", "event", "event_type", "type"),
    "ts": (
        "ts",
        "due",
        "date",
        "event_date",
        "report_date",
        "earnings_date",
        "ex_date",
        "datetime",
        "timestamp",
        "day",
    ),
    "known": ("known", "published", "published_at", "filed", "filed_at", "accepted", "available", "available_at"),
    "seen": ("seen", "first_seen"),
    "status": ("status",),
    "timing": ("timing", "when", "time_of_day", "market_time", "hour"),
    "headline": ("headline", "title", "text"),
}
TIMINGS: Mapping[str, tuple[str, ...]] = {
    "before": ("before", "bmo", "before_open", "before_market_open", "pre", "premarket", "pre_market"),
    "during": ("during", "dmh", "during_market_hours", "in_session"),
    "after": ("after", "amc", "after_close", "after_market_close", "post", "postmarket", "after_hours"),
}
STATUSES: Mapping[str, tuple[str, ...]] = {
    "confirmed": ("confirmed", "reported", "actual"),
    "estimated": ("estimated", "estimate", "projected", "tentative", "unconfirmed"),
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How a file of events is to be understood.

    kind: of all rows, whatever the file calls them. columns: ours by the name that they have in the file, where its
    spelling does not say so. zone: of times that name none. once: rows of a symbol with the same headline that come
    within so many days of one another are one event; 0 leaves all.
    """

    kind: str = ""
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    zone: str = "UTC"
    once: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Read:
    """Events of a file under our names, further columns of numbers being figures; how they were understood."""

    frame: pl.DataFrame
    said: tuple[str, ...]


def read_events(path: Path, layout: Layout, seen: dt.datetime) -> Read:
    """The events of a file, seen at a moment; `BadBars` or `SettingsError` where a column or a kind is missing."""
    frame = read_frame(path)
    names = _names(frame.columns, layout.columns, path.name)
    said = [f"{theirs!r} as {ours}" for ours, theirs in names.items() if ours != theirs]
    figures = _figures(frame, set(names.values()))
    events = frame.select(pl.col(theirs).alias(ours) for ours, theirs in names.items()).with_columns(figures)
    events = events.with_columns(_trimmed("symbol")).filter(pl.col("symbol") != "")
    events = _timed(events, layout.zone, path.name)
    if events["known"].null_count() == len(events):
        said.append("no column says when they became known: they count as known when they were due")
    events = _worded(_of_kind(events, layout.kind, path.name), path.name)
    rest = [pl.lit(None, dtype=kind).alias(name) for name, kind in SCHEMAS["events"].items() if name not in events]
    events = events.with_columns(*rest).with_columns(pl.col("seen").fill_null(pl.lit(seen).cast(MOMENT)))
    events = events.select(*SCHEMAS["events"], *(each.name for each in figures))
    kept = _once(events, layout.once)
    if len(kept) < len(events):
        said.append(f"{len(events) - len(kept):,} rows as told again within {layout.once} days")
    return Read(frame=kept, said=tuple(said))


def _names(columns: Sequence[str], asked: Mapping[str, str], source: str) -> dict[str, str]:
    """Our columns with the name that each has in the file; what was asked for stands before what is spelled so."""
    for ours, theirs in asked.items():
        if theirs not in columns:
            near = "".join(difflib.get_close_matches(theirs, columns, 1, 0.5))
            todo = f"did you mean {near}?" if near else f"it has {', '.join(columns[:12])}"
            raise SettingsError(expected=f"a column of {source} for --{ours}", found=repr(theirs), todo=todo)
    known = {folded(name): name for name in reversed(columns)}
    spelled = {ours: next((known[each] for each in theirs if each in known), "") for ours, theirs in SPELLINGS.items()}
    names = {ours: theirs for ours, theirs in {**spelled, **asked}.items() if theirs}
    lacking = [each for each in ("symbol", "ts") if each not in names]
    if lacking:
        found = f"columns {', '.join(columns[:12])}"
        todo = " ".join(f"--{each.replace('ts', 'due')} COLUMN" for each in lacking)
        raise BadBars(source=source, expected=f"columns for {' and '.join(lacking)}", found=found, todo=todo)
    return names


def _trimmed(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars()


def _figures(frame: pl.DataFrame, taken: set[str]) -> list[pl.Series]:
    """The further columns that are numbers throughout, under our way of writing names."""
    found: list[pl.Series] = []
    for name in frame.columns:
        column = frame[name]
        if name in taken or folded(name) in SCHEMAS["events"]:
            continue
        if column.dtype == pl.String:
            text = column.str.strip_chars().replace("", None)
            number = text.cast(pl.Float64, strict=False)
            column = number if number.null_count() == text.null_count() < len(text) else column
        if column.dtype.is_numeric():
            found.append(column.cast(pl.Float64).alias(folded(name)))
    return found


def _timed(events: pl.DataFrame, zone: str, source: str) -> pl.DataFrame:
    """Times in UTC: a date alone is its midnight, which the market takes for a date; one of knowing has to be over."""
    due = _moments(read_stamps(events["ts"], zone=zone, source=source).ts)
    events = events.with_columns(due.alias("ts"), *(past(events, name, zone, source) for name in ("known", "seen")))
    unread = events["ts"].null_count()
    if unread:
        found = f"{unread} rows without"
        raise BadBars(source=source, expected="a date or time in every row", found=found, todo="correct the rows")
    return events


def past(events: pl.DataFrame, name: str, zone: str, source: str) -> pl.Series | pl.Expr:
    """The moment by which a time is past; of a date alone its end."""
    if name not in events.columns or events[name].null_count() == len(events):
        return pl.lit(None, dtype=MOMENT).alias(name)
    written = events[name]
    read = read_stamps(written, zone=zone, source=source).ts
    timed = isinstance(written.dtype, pl.Datetime) or (written.dtype == pl.String and written.str.contains(":").any())
    return _moments(read if timed or read.dtype != pl.Date else read.dt.offset_by("1d")).alias(name)


def _moments(stamps: pl.Series) -> pl.Series:
    if stamps.dtype == pl.Date:
        return stamps.cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    return stamps.cast(MOMENT)


def _of_kind(events: pl.DataFrame, kind: str, source: str) -> pl.DataFrame:
    """Every row with its kind: the one that was said, else those of the file, which have to be known."""
    if kind:
        return events.with_columns(pl.lit(_spoken(kind)).alias("kind"))
    if "kind" not in events.columns:
        todo = f"--kind {'|'.join(KINDS)}"
        raise SettingsError(expected=f"the kind of the events of {source}", found="none", todo=todo)
    kinds = events.with_columns(_trimmed("kind").str.to_lowercase())
    strange = sorted(set(kinds["kind"].unique().drop_nulls()) - set(KINDS))
    if strange or kinds["kind"].null_count():
        found = ", ".join(strange[:5]) or "rows without one"
        todo = f"say what they are: --kind {'|'.join(KINDS)}"
        raise BadBars(source=source, expected=f"kinds of event ({' '.join(KINDS)})", found=found, todo=todo)
    return kinds


def _spoken(kind: str) -> str:
    """A kind as a person names it; one of theirs may be any plain word, one nearly ours is a mistake."""
    near = difflib.get_close_matches(kind, KINDS, 1, 0.8)
    if kind not in KINDS and (near or not kind.isidentifier()):
        todo = f"did you mean {near[0]}?" if near else "for example filing"
        raise SettingsError(
            expected=f"a kind of event ({' '.join(KINDS)}), or another word", found=repr(kind), todo=todo
        )
    return kind


def _worded(events: pl.DataFrame, source: str) -> pl.DataFrame:
    """Timing and status in our words."""
    for name, words in (("timing", TIMINGS), ("status", STATUSES)):
        if name not in events.columns:
            continue
        ours = {each: word for word, spelled in words.items() for each in spelled}
        theirs = events[name].cast(pl.String).str.strip_chars().str.to_lowercase().str.replace_all(r"[\s-]+", "_")
        theirs = theirs.replace("", None)
        strange = sorted(set(theirs.unique().drop_nulls()) - set(ours))
        if strange:
            found = ", ".join(repr(each) for each in strange[:3])
            raise BadBars(source=source, expected=f"a {name} ({' '.join(words)})", found=found, todo="correct the rows")
        events = events.with_columns(theirs.replace_strict(ours, default=None, return_dtype=pl.String).alias(name))
    return events


def _once(events: pl.DataFrame, days: int) -> pl.DataFrame:
    """Without what is told again soon after: the same headline of the same symbol."""
    if not days:
        return events
    rows = events.with_row_index("row").sort("symbol", "kind", "headline", "ts", nulls_last=True)
    gap = pl.col("ts").diff().over("symbol", "kind", "headline")
    first = pl.col("headline").is_null() | gap.is_null() | (gap > pl.duration(days=days))
    return rows.filter(first).sort("row").drop("row")
