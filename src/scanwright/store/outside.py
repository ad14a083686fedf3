"""Bars outside their session: refused, unless so many symbols trade there that it is the calendar which is wrong.

The calendar says which days have a session and when its extended hours begin and end. A day on which at least twenty
symbols, and half of those active around it, traded outside of that is kept and told of: schedules that are computed
beforehand have had errors. After an early close there are extended hours only in a feed that had some before the open;
elsewhere a bar is a late print, or one that a vendor made up to fill the usual day.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from scanwright.model.calendars import Calendar, calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import Times

LEAST = 20  # symbols that must trade to say that the calendar is wrong
SHARE = 0.5  # of the symbols active around the day
AROUND = np.timedelta64(10, "D")
SHOWN = 3

Stored = Callable[[Sequence[tuple[np.datetime64, np.datetime64]]], pl.DataFrame]
"""Gives the stored bars (symbol, ts, volume) between some pairs of stamps."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Parted:
    """Bars inside their sessions, those outside with their `reason`, and what a person should know."""

    inside: pl.DataFrame
    outside: pl.DataFrame
    warnings: tuple[str, ...] = ()


def parted(good: pl.DataFrame, interval: Interval, name: str, stored: Stored) -> Parted:
    """Part bars by the calendar of a market; good: symbol, ts, volume and more."""
    nothing = good.clear().with_columns(pl.lit(None, dtype=pl.String).alias("reason"))
    if interval > Interval.DAY or good.is_empty():
        return Parted(inside=good, outside=nothing)
    sessions = calendar(name)
    stamps = _judged(good["ts"].unique().sort(), interval, sessions)
    doubtful = stamps.filter(pl.col("reason").is_not_null())
    if doubtful.is_empty():
        return Parted(inside=good, outside=nothing)
    marked = good.join(stamps, on="ts", how="left", maintain_order="left")
    days = _believed(marked, interval, sessions, stored)
    told = days.drop_nulls("trading")["day"].implode()
    late = (pl.col("reason") == "after_early_close") & pl.col("day").is_in(days["day"].implode())
    kept = late | ((pl.col("reason") != "outside_calendar") & pl.col("day").is_in(told))
    marked = marked.with_columns(pl.when(kept).then(None).otherwise(pl.col("reason")).alias("reason"))
    marked = marked.with_columns(pl.col("reason").replace("after_early_close", "outside_session")).drop("day")
    return Parted(
        inside=marked.filter(pl.col("reason").is_null()).drop("reason"),
        outside=marked.filter(pl.col("reason").is_not_null()),
        warnings=_said(days, name),
    )


def _judged(ts: pl.Series, interval: Interval, sessions: Calendar) -> pl.DataFrame:
    """Each stamp with the day that it belongs to and what speaks against it."""
    stamps = ts.cast(pl.Datetime("ms")).to_numpy().astype("M8[s]")
    days = sessions.session_of(stamps) if interval.is_intraday else stamps
    covered = sessions.covers(days)
    reason = np.full(stamps.size, None, object)
    reason[~covered] = "outside_calendar"
    inner = np.flatnonzero(covered)
    if interval.is_intraday:
        reason[inner[sessions.after_early_close(stamps[inner], interval)]] = "after_early_close"
    reason[inner[sessions.outside(stamps[inner], interval)]] = "outside_session"
    return pl.DataFrame(
        {"ts": ts, "day": days.astype("M8[D]"), "reason": pl.Series(reason.tolist(), dtype=pl.String)},
    )


def _believed(marked: pl.DataFrame, interval: Interval, sessions: Calendar, stored: Stored) -> pl.DataFrame:
    """The days on which bars are kept against the calendar: day, symbols that trade there, symbols active around it.

    Those without a count are days with extended hours after an early close.
    """
    doubtful = marked.filter(pl.col("reason").is_in(["outside_session", "after_early_close"]))
    days = doubtful["day"].unique().sort()
    spans = _spans(days.to_numpy().astype("M8[D]"))
    known = stored(spans)
    before = (
        _judged(known["ts"].unique().sort(), interval, sessions) if len(known) else marked.select("ts", "day").clear()
    )
    columns = ["symbol", "ts", "volume", "day", "reason"]
    near = [marked.select(columns)]
    if len(known):
        near.append(known.join(before, on="ts", how="left").select(columns))
    bars = pl.concat(near).unique(["symbol", "ts"], keep="first")
    outside = bars.filter(pl.col("reason").is_not_null(), pl.col("volume") > 0)
    trading = outside.group_by("day").agg(pl.col("symbol").n_unique().alias("trading"))
    inside = bars.filter(pl.col("reason").is_null()).select("symbol", "day").unique()
    found = [(day, *_counts(day, trading, inside)) for day in days]
    told = [each for each in found if each[1] >= max(LEAST, SHARE * each[2])]
    late = doubtful.filter(pl.col("reason") == "after_early_close")["day"].unique()
    extended = [
        (day, None, None) for day in late if interval.is_intraday and _opens_early(bars, day, sessions, interval)
    ]
    rows = told + [each for each in extended if each[0] not in {day for day, *_ in told}]
    return pl.DataFrame(rows, schema={"day": pl.Date, "trading": pl.Int64, "active": pl.Int64}, orient="row")


def _spans(days: np.ndarray) -> list[tuple[np.datetime64, np.datetime64]]:
    """The stretches of time around some days, those that overlap as one."""
    found: list[tuple[np.datetime64, np.datetime64]] = []
    for day in days:
        first, last = day - AROUND, day + AROUND
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _counts(day: object, trading: pl.DataFrame, inside: pl.DataFrame) -> tuple[int, int]:
    """How many symbols trade outside on a day, and how many are active around it."""
    there = trading.filter(pl.col("day") == day)["trading"].sum()
    first, last = (np.datetime64(str(day)) + sign * AROUND for sign in (-1, 1))
    around = inside.filter(pl.col("day").is_between(first.item(), last.item()))["symbol"].n_unique()
    return int(there), around


def _opens_early(bars: pl.DataFrame, day: object, sessions: Calendar, interval: Interval) -> bool:
    """Whether somebody trades before the open of a day."""
    own: Times = bars.filter(pl.col("day") == day)["ts"].unique().cast(pl.Datetime("ms")).to_numpy().astype("M8[s]")
    since = sessions.parts(own, interval)["minutes_since_open"]
    return bool((since <= 0).any())


def _said(days: pl.DataFrame, name: str) -> tuple[str, ...]:
    """One warning that names the first few days."""
    told = days.drop_nulls("trading").sort("day")
    if told.is_empty():
        return ()
    shown = ", ".join(f"{day} ({trading:,} of {active:,} symbols)" for day, trading, active in told.head(SHOWN).rows())
    more = f" and {len(told) - SHOWN:,} more days" if len(told) > SHOWN else ""
    return (f"traded outside the hours of the calendar {name}: {shown}{more}; kept, as the calendar may be wrong",)
