"""The interval of bars, told from how far they stand apart."""

from __future__ import annotations

import polars as pl

from scanwright.model.errors import BadBars
from scanwright.model.interval import DAY, Interval

_MONTH = (28 * DAY, 31 * DAY)


def spacing(frame: pl.DataFrame) -> int | None:
    """The most frequent distance, in seconds, between a symbol's bars; nothing where no symbol has two."""
    steps = (
        frame.drop_nulls(["symbol", "ts"])
        .select("symbol", "ts")
        .unique()
        .sort("symbol", "ts")
        .select(
            pl.col("ts").diff().dt.total_seconds().filter(pl.col("symbol") == pl.col("symbol").shift()).alias("step")
        )
    )["step"]
    if steps.is_empty():
        return None
    counts = steps.value_counts().sort(["count", "step"], descending=[True, False])
    return int(counts["step"][0])


def guessed(step: int | None, *, dates: bool, source: str) -> Interval:
    """The interval that a spacing means; `BadBars` where it means none.

    >>> guessed(7 * 86400, dates=True, source="a.csv")
    <Interval.WEEK: '1w'>
    """
    if step is None and dates:
        return Interval.DAY
    for interval in Interval:
        if step == interval.seconds:
            return interval
    if step is not None and _MONTH[0] <= step <= _MONTH[1]:
        return Interval.MONTH
    if step is not None and dates and DAY < step < 7 * DAY:
        return Interval.DAY
    known = " ".join(Interval)
    found = "one bar of each symbol" if step is None else f"bars {step} seconds apart"
    raise BadBars(source=source, expected=f"bars of {known}", found=found, todo="name the interval")


def fitting(interval: Interval | None, step: int | None, *, dates: bool, source: str) -> Interval:
    """The interval that was named, if the bars can be of it, or else the guessed one."""
    if interval is None:
        return guessed(step, dates=dates, source=source)
    if interval.is_intraday and dates:
        expected = f"times of day in bars of {interval}"
        raise BadBars(source=source, expected=expected, found="dates only", todo="name another interval")
    if step is not None and step < min(interval.seconds, DAY):
        found = f"bars {step} seconds apart"
        raise BadBars(source=source, expected=f"bars of {interval}", found=found, todo="name another interval")
    return interval
