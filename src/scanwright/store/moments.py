"""From which moment on a frame can see an event: when it is due by its timing, and when it could be known.

A time with a clock is taken as it is; a date alone stands for its session: before the open, or after the close. An
event after the close belongs to the next session's bar.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scanwright.model.calendars import calendar
from scanwright.model.interval import DAY
from scanwright.model.panel import Ints
from scanwright.store.zones import CALENDAR_ZONES

FROM_THE_OPEN = ("dividend", "split")
"""Kinds that hold from the open of their date on, where nothing else is said."""

SCHEDULED = ("earnings", "dividend", "split")
"""Kinds of which there is at most one a day, so that two rows of a day are one event told twice."""

ONE_REPORT_IN = 21 * DAY
"""Two dates of one report that lie closer together are one that was moved."""


MADE = ("row", "column", "date", "alone", "stamp", "due", "happens", "estimated", "until", "stretch")
"""Columns that are made here; a figure of such a name would be mistaken for one."""


def placed(events: pl.DataFrame, symbols: Sequence[str], name: str) -> pl.DataFrame:
    """Events in the order of the columns with their moments in seconds: `column kind date due known happens estimated`.

    happens: when it is both due and known. until: when another date took its place, else null.
    """
    order = pl.DataFrame({"symbol": symbols}, schema={"symbol": pl.String}).with_row_index("column")
    found = (
        events.drop(MADE, strict=False)
        .join(order, on="symbol", how="inner")
        .with_columns(pl.col("column").cast(pl.Int64))
    )
    alone = pl.col("ts").dt.truncate("1d") == pl.col("ts")
    local = (
        pl.when(alone)
        .then(pl.col("ts").dt.date())
        .otherwise(pl.col("ts").dt.convert_time_zone(CALENDAR_ZONES[name]).dt.date())
    )
    found = found.with_columns(local.alias("date"), alone.alias("alone"), seconds("ts").alias("stamp"))
    found = found.with_columns(pl.Series("due", _due(found, name), dtype=pl.Int64))
    seen = pl.min_horizontal(seconds("seen"), "due")
    found = found.with_columns(pl.coalesce(seconds("known"), seen, "due").alias("known"))
    found = found.with_columns(
        pl.max_horizontal("due", "known").alias("happens"),
        (pl.col("status") == "estimated").fill_null(value=False).alias("estimated"),
    ).sort("column", "kind", "known", "due", "headline")
    return _replaced(found)


def seconds(name: str) -> pl.Expr:
    """A moment in whole seconds, a part of one being the next."""
    milliseconds = pl.col(name).cast(pl.Datetime("ms", "UTC")).dt.timestamp("ms")
    return -(-milliseconds // 1000)


def _due(events: pl.DataFrame, name: str) -> Ints:
    """When each event is due, by its timing and the hours of its session."""
    stamp, alone = events["stamp"].to_numpy(), events["alone"].to_numpy()
    days = events["date"].to_physical().to_numpy().astype(np.int64)
    opens, closes, session = hours(days, name)
    opens = np.maximum(opens, days * DAY + 1)  # what is always open opens when the day before closes
    early = events["kind"].is_in(FROM_THE_OPEN).to_numpy()
    usual = np.where(early, "before", "after")
    timing = events["timing"].fill_null("").to_numpy().astype(str)
    timing = np.where(session & (timing == "") & alone, usual, timing)
    inside = (stamp >= opens) & (stamp <= closes) & ~alone
    due = np.where(timing == "before", np.where(alone, opens, np.minimum(stamp, opens)), stamp)
    due = np.where(timing == "during", np.where(inside, stamp, closes), due)
    due = np.where(timing == "after", np.maximum(stamp, closes + 1), due)
    return np.where(session, due, stamp)


def hours(days: Ints, name: str) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Open and close of days since 1970, in seconds, and which of them have a session."""
    times = calendar(name)
    first, last = (int(each.astype(np.int64)) for each in (times.first, times.last))
    known = (days >= first) & (days <= last)
    dates = np.where(known, days, first).astype("M8[D]").astype("M8[s]")
    session = known & times.is_session(dates)
    opens, closes = (np.where(session, each.astype(np.int64), days * DAY) for each in times.open_close(dates))
    return opens, closes, session


def _replaced(events: pl.DataFrame) -> pl.DataFrame:
    """The moment from which on another date stands for the same event: an estimate's, or one of earnings.

    Dates are looked for in stretches of that length and in those beside it, so that few pairs are formed.
    """
    stretch = pl.col("due") // ONE_REPORT_IN
    rows = events.with_row_index("row")
    open_ = rows.filter(pl.col("estimated") | (pl.col("kind") == "earnings"), pl.col("known") < pl.col("due"))
    near = pl.concat([open_.with_columns(stretch=stretch + beside) for beside in (-1, 0, 1)])
    later = events.select("column", "kind", stretch.alias("stretch"), due_later="due", date_later="date", until="known")
    pairs = near.join(later, on=["column", "kind", "stretch"], how="inner").filter(
        pl.col("until") > pl.col("known"),
        pl.col("until") <= pl.col("due"),
        pl.col("date_later") != pl.col("date"),
        (pl.col("due_later") - pl.col("due")).abs() <= ONE_REPORT_IN,
    )
    first = pairs.group_by("row").agg(pl.col("until").min())
    return rows.join(first, on="row", how="left", maintain_order="left").drop("row")
