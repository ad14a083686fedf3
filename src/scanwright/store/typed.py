"""The bars of a foreign table under our types: a symbol, a date or the bar's end in UTC, five numbers; unjudged."""

from __future__ import annotations

import dataclasses

import polars as pl

from scanwright.model.errors import BadBars
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.figures import read_figures
from scanwright.store.progress import Stamps
from scanwright.store.reading import Table
from scanwright.store.spacing import fitting, spacing
from scanwright.store.times import read_stamps, to_dates
from scanwright.store.zones import known_zone

COLUMNS = ("symbol", "ts", *FIELDS, "unread", "origin")
SAMPLE = 200_000  # rows in which the spacing of bars is looked for


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Typed:
    """Bars as they were read: `symbol ts open high low close volume unread origin`, and what was assumed on the way."""

    interval: Interval
    frame: pl.DataFrame
    said: tuple[str, ...]


def typed_bars(
    table: Table, *, interval: Interval | None = None, stamps: Stamps = "start", zone: str = "UTC", calendar: str
) -> Typed:
    """Read a table of bars. `stamps`: whether intraday ones are a bar's start. `zone`: of times that name none."""
    frame, dates, said = _read(table, zone)
    step = spacing(frame.head(SAMPLE))
    found = fitting(interval, step, dates=dates, source=table.source)
    if not found.is_intraday and not dates:
        frame = frame.with_columns(to_dates(frame["ts"], calendar).alias("ts"))
        said = (*said, f"took the dates of the times in the zone of {calendar}")
    if found.is_intraday:
        frame = _ends(frame, found, stamps)
        said = (*said, f"took stamps as the {stamps} of each bar")
    return Typed(interval=found, frame=frame, said=(*table.said, *said))


def _read(table: Table, zone: str) -> tuple[pl.DataFrame, bool, tuple[str, ...]]:
    """All rows under one schema, whether their times are dates, and what was assumed."""
    there = known_zone(zone)
    read = [(_row_texts(frame), read_stamps(_stamps(frame), zone=there, source=table.source)) for frame in table.frames]
    kinds = {stamps.zoned for _, stamps in read}
    if len(kinds) > 1:
        words = {None: "dates", True: "times with a zone", False: "times without a zone"}
        found = " and ".join(sorted(words[each] for each in kinds))
        raise BadBars(source=table.source, expected="one zone", found=found, todo="import the files apart")
    frames = [
        read_figures(frame, table.source).with_columns(stamps.ts.alias("ts")).select(COLUMNS) for frame, stamps in read
    ]
    said = dict.fromkeys(text for _, stamps in read for text in stamps.said)
    return pl.concat(frames), kinds == {None}, tuple(said)


def _row_texts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("symbol").cast(pl.String).str.strip_chars())


def _stamps(frame: pl.DataFrame) -> pl.Series:
    """The times as they are written, put together where the clock stands in a column of its own."""
    if "clock" not in frame.columns:
        return frame["ts"]
    clock = pl.col("clock").cast(pl.String).str.strip_chars()
    digits = clock.str.zfill(6).str.replace(r"^(\d\d)(\d\d)(\d\d)$", "$1:$2:$3")
    time = pl.when(clock.str.contains(r"^\d+$")).then(digits).otherwise(clock)
    return frame.select((pl.col("ts").cast(pl.String) + " " + time).alias("ts"))["ts"]


def _ends(frame: pl.DataFrame, interval: Interval, stamps: Stamps) -> pl.DataFrame:
    """Stamp each bar with its end."""
    later = pl.duration(seconds=interval.seconds if stamps == "start" else 0, time_unit="ms")
    return frame.with_columns((pl.col("ts") + later).alias("ts"))
