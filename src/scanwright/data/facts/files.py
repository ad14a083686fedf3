"""Files of facts that change, figures and categories, each with the day from which it was known; CSV and Parquet."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from scanwright.data.events import past
from scanwright.model.errors import BadBars
from scanwright.store.columns import FACT_SPELLINGS, folded
from scanwright.store.reading import read_frame
from scanwright.store.tables import SCHEMAS

SPELLINGS: Mapping[str, Sequence[str]] = {
    "symbol": FACT_SPELLINGS["symbol"],
    "known": ("known", "since", "published", "filed", "as_of", "date", "day", "ts", "effective_date"),
    "fact": ("fact", "figure"),
    "value": ("value",),
    "word": ("word", "category"),
}


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Read:
    """Facts as the market keeps them, a category's word beside a figure's value, and how they were understood."""

    frame: pl.DataFrame
    said: tuple[str, ...]


def read_facts(path: Path, zone: str = "UTC") -> Read:
    """A row a fact (symbol, known, fact, value), or a column a fact; `BadBars` where no column says since when.

    A date alone counts from its end on; zone: of times that name none.
    """
    frame = read_frame(path)
    known = {folded(name): name for name in reversed(frame.columns)}
    names = {ours: next((known[each] for each in theirs if each in known), "") for ours, theirs in SPELLINGS.items()}
    lacking = [each for each in ("symbol", "known") if not names[each]]
    if lacking:
        found = f"columns {', '.join(frame.columns[:12])}"
        todo = "facts without a date are today's: scanwright data symbols --import FILE"
        raise BadBars(source=path.name, expected=f"a column of {' and '.join(lacking)}", found=found, todo=todo)
    said = tuple(f"{theirs!r} as {ours}" for ours, theirs in names.items() if theirs and theirs != ours)
    frame = frame.rename({theirs: ours for ours, theirs in names.items() if theirs})
    frame = frame.with_columns(
        past(frame, "known", zone, path.name), pl.col("symbol").cast(pl.String).str.strip_chars()
    )
    facts = _rows(frame) if "fact" in frame.columns else _columns(frame)
    facts = facts.filter(pl.col("symbol") != "", pl.col("value").is_not_null() | pl.col("word").is_not_null())
    unread = facts["known"].null_count()
    if unread or facts.is_empty():
        found = f"{unread:,} without" if unread else "no fact at all"
        raise BadBars(source=path.name, expected="facts with a date or time each", found=found, todo="correct the rows")
    return Read(frame=facts, said=said)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Facts of which each has a row."""
    columns = [pl.col(each).cast(pl.String) for each in ("value", "word") if each in frame.columns]
    written = frame.with_columns(pl.coalesce(*columns, pl.lit(None, dtype=pl.String)).alias("value"))
    parts = written.partition_by("fact", as_dict=True).items()
    return pl.concat([_named(rows, folded(str(name)), rows["value"]) for (name,), rows in parts])


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Facts of which each has a column."""
    further = [name for name in frame.columns if name not in SPELLINGS]
    parts = [_named(frame, folded(name), frame[name]) for name in further]
    return pl.concat([_named(frame.clear(), "", pl.Series([], dtype=pl.String)), *parts])


def _named(rows: pl.DataFrame, name: str, written: pl.Series) -> pl.DataFrame:
    """Some rows of one fact: a figure where all that is written are numbers, else a category."""
    text = written.cast(pl.String).str.strip_chars().replace("", None)
    number = text.cast(pl.Float64, strict=False)
    is_word = number.null_count() > text.null_count()
    value, word = (number.clear(len(number)), text) if is_word else (number, text.clear(len(text)))
    told = rows.select("symbol", "known", pl.lit(name).alias("fact"), value.alias("value"), word.alias("word"))
    kinds = {**SCHEMAS["facts"], "word": pl.String}
    return told.select(pl.col(each).cast(kind) for each, kind in kinds.items())
