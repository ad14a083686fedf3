"""Files that say what symbols are: their facts, their former names, who was in an index and when; CSV and Parquet."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from scanwright.data.kinds import KINDS
from scanwright.model.errors import BadBars
from scanwright.store.columns import FACT_SPELLINGS, folded
from scanwright.store.reading import read_frame

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    **FACT_SPELLINGS,
    "listed": ("listed", "listed_on", "list_date", "listing_date", "ipo_date", "first_trade_date"),
    "delisted": ("delisted", "delisted_on", "delisted_utc", "delisting_date", "last_trade_date"),
    "was": ("was", "old_symbol", "former_symbol", "from_symbol"),
    "date": ("date", "ts", "day", "effective_date"),
    "since": ("since", "start_date", "from", "added", "date_added", "entry_date"),
    "until": ("until", "end_date", "to", "removed", "date_removed", "exit_date"),
    "list": ("list", "index_name"),
}
WORDS = {
    "cs": "common", "common_stock": "common", "stock": "common", "equity": "common", "adrc": "adr", "ads": "adr",
    "etv": "etf", "pfd": "preferred", "preferred_stock": "preferred", "units": "unit", "warrants": "warrant",
    "rights": "right", "index_fund": "etf",
}  # fmt: skip
DAILY = {"open", "high", "low", "close", "volume", "dollar_volume", "adj_close", "price_factor", "split_factor"}
"""Columns of a table of days that are no facts of a symbol."""
RENAME = re.compile(r"\s*(\S+)\s*->\s*(\S+)\s*")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Told:
    """What a file tells: rows for the market's tables by their names, and how it was understood."""

    tables: Mapping[str, pl.DataFrame]
    said: tuple[str, ...]


def read_symbol_file(path: Path, index: str = "") -> Told:
    """Facts, renames or members, as the columns say; `BadBars` where there is no column of symbols.

    index: the list that rows of symbol, since and until belong to where no column says so.
    """
    frame = read_frame(path)
    known = {folded(name): name for name in reversed(frame.columns)}
    names = {ours: next((known[each] for each in theirs if each in known), "") for ours, theirs in SPELLINGS.items()}
    taken = {theirs: ours for ours, theirs in names.items() if theirs}
    if not names["symbol"]:
        found = f"columns {', '.join(frame.columns[:12])}"
        raise BadBars(source=path.name, expected="a column symbol (or ticker)", found=found, todo="rename the column")
    frame = frame.rename(taken).rename({name: folded(name) for name in frame.columns if name not in taken})
    said = tuple(f"understood {theirs!r} as {ours}" for theirs, ours in taken.items() if theirs != ours)
    frame = frame.with_columns(pl.col("symbol").cast(pl.String).str.strip_chars()).filter(pl.col("symbol") != "")
    if index or "list" in frame.columns:
        return Told(tables={"members": _members(frame, index)}, said=said)
    if "was" in frame.columns:
        return Told(tables={"renames": frame.select("symbol", _date(frame, "date"), "was")}, said=said)
    if {"kind", "headline", "date"} <= set(frame.columns):
        return Told(tables=_actions(frame), said=said)
    return Told(tables={"symbols": _facts(frame)}, said=said)


def _members(frame: pl.DataFrame, index: str) -> pl.DataFrame:
    """Stretches of membership: from the first day to the day on which it no longer is."""
    listed = pl.lit(index).alias("list") if index else pl.col("list")
    return frame.select("symbol", listed, _date(frame, "since"), _date(frame, "until")).unique(maintain_order=True)


def _actions(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Renames (`FB -> META`) and delistings among corporate actions that are dated by the last session before."""
    rows = frame.select("symbol", "kind", _date(frame, "date"), "headline")
    renames = rows.filter(pl.col("kind") == "rename").with_columns(
        pl.col("headline").str.extract(RENAME.pattern, 1).alias("was"),
        pl.col("headline").str.extract(RENAME.pattern, 2).alias("is"),
        pl.col("date").dt.offset_by("1d"),
    )
    gone = rows.filter(pl.col("kind") == "delisted").select("symbol", pl.col("date").alias("delisted"))
    found = {"renames": renames.drop_nulls(["was", "is"]).select(pl.col("is").alias("symbol"), "date", "was")}
    return {name: table for name, table in (found | {"symbols": gone}).items() if len(table)}


def _facts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a symbol; of a table of days the latest row, without what belongs to the day."""
    if "date" in frame.columns:
        frame = frame.with_columns(_date(frame, "date")).sort("date").group_by("symbol", maintain_order=True).last()
    frame = frame.drop([name for name in ("date", "since", "until", *DAILY) if name in frame.columns])
    dates = [_date(frame, name) for name in ("listed", "delisted") if name in frame.columns]
    kinds = [_kinds(frame)] if "kind" in frame.columns else []
    flags = [pl.col(name).cast(pl.Float64) for name, kind in frame.schema.items() if kind == pl.Boolean]
    return frame.with_columns(*dates, *kinds, *flags).unique("symbol", keep="last", maintain_order=True)


def _kinds(frame: pl.DataFrame) -> pl.Expr:
    """The kind in our words where one is known, else as it was written."""
    written = {str(each) for each in frame["kind"].drop_nulls().unique()}
    known = {each: WORDS.get(folded(each), folded(each)) for each in written}
    return pl.col("kind").cast(pl.String).replace({each: word for each, word in known.items() if word in KINDS})


def _date(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as dates; a date with a time behind it loses the time, no column is no date."""
    if name not in frame.columns:
        return pl.lit(None, dtype=pl.Date).alias(name)
    if frame.schema[name] == pl.String:
        return pl.col(name).str.strip_chars().str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias(name)
    return pl.col(name).cast(pl.Date)
