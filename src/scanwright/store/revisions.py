"""Revisions: what stood before a bar was changed, so that the market can be read as it was known at a time.

The files of bars hold the latest values. A revision holds what they replaced and until when it stood; nulls say that
there was no bar yet. Undoing every revision that came after a moment, the earliest of each bar, gives the bars of that
moment. A bar that came for the first time, in a stretch that nobody had asked for before, was always known: so a market
that is filled today can be read as of last year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from scanwright.model.panel import FIELDS
from scanwright.store.manifest import Kept
from scanwright.store.merging import KEYS, kept_frame, read_stamp
from scanwright.store.panel import Undone, moment_of


def revised(
    before: Sequence[pl.DataFrame], *, until: dt.datetime, source: str, closed: str, covered: pl.DataFrame | None
) -> pl.DataFrame:
    """The revisions that a merge makes.

    before: symbol, ts, and what stood. closed: bars after it were forming, and a forming bar that grows is no revision.
    covered: the stretches that were known before; a bar after the last one of its symbol was forming, a new one inside
        of one is late. None where none counts as late.
    """
    stood = pl.concat(before)
    new = pl.col("close").is_null()
    kept = [stood.filter(~new)]
    if covered is not None and len(covered):
        kept.append(_inside(stood.filter(new), covered))
    found = pl.concat(kept)
    if closed:
        found = found.filter(pl.col("ts") <= read_stamp(closed))
    if covered is not None and len(covered):
        found = _whole(found, covered)
    stamp = pl.lit(until).cast(pl.Datetime("ms", "UTC")).alias("until")
    return found.with_columns(stamp, pl.lit(source).alias("source"))


def undone(revisions: pl.DataFrame, moment: dt.datetime) -> pl.DataFrame:
    """What stood at a moment where it was changed later: symbol, ts and the five values, nulls for no bar."""
    later = revisions.filter(pl.col("until") > moment).sort("until", maintain_order=True)
    return later.unique(KEYS, keep="first", maintain_order=True).select(*KEYS, *FIELDS)


def undone_at(folder: Path, revisions: Kept, as_of: np.datetime64, calendar: str) -> Undone | None:
    """The bars that were revised after an as-of, as they stood then; a date stands for its end in its zone."""
    found = undone(kept_frame(folder, revisions), dt.datetime.fromtimestamp(moment_of(as_of, calendar), dt.UTC))
    if found.is_empty():
        return None
    raw = found.select(pl.col(FIELDS).fill_null(float("nan"))).to_numpy()
    ts = found["ts"].cast(pl.Datetime("ms")).to_physical().to_numpy() // 1000
    return Undone(symbol=found["symbol"].to_list(), ts=ts, raw=np.ascontiguousarray(raw, np.float64))


def _whole(bars: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """Without the bars after all stretches of their symbol: they came before they were whole."""
    ends = covered.group_by("symbol").agg(pl.col("last").max().alias("span last"))
    met = bars.join(ends, on="symbol", how="left", maintain_order="left")
    return met.filter(pl.col("span last").is_null() | (_moment(bars) <= pl.col("span last"))).select(bars.columns)


def _moment(bars: pl.DataFrame) -> pl.Expr:
    """The stamps of bars as stretches have them."""
    if bars.schema["ts"] != pl.Date:
        return pl.col("ts").dt.cast_time_unit("ms")
    return pl.col("ts").cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")


def _inside(bars: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """The bars that lie in a stretch of their symbol."""
    spans = covered.select("symbol", pl.col("first").alias("span first"), pl.col("last").alias("span last"))
    when = _moment(bars)
    inside = (when >= pl.col("span first")) & (when <= pl.col("span last"))
    met = bars.join(spans, on="symbol", how="inner").filter(inside)
    return met.select(bars.columns).unique(KEYS, maintain_order=True)
