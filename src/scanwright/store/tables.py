"""The two small tables: what is known of symbols, and the splits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping

import polars as pl

from scanwright.model.errors import BadBars, SettingsError
from scanwright.store.columns import FACT_SPELLINGS
from scanwright.store.reading import Table
from scanwright.store.times import read_stamps

SPLITS = pl.Schema({"symbol": pl.String, "date": pl.Date, "ratio": pl.Float64})
MOMENT = pl.Datetime("ms", "UTC")
SCHEMAS: Mapping[str, pl.Schema] = {
    "symbols": pl.Schema({"symbol": pl.String}),
    "splits": SPLITS,
    "dividends": pl.Schema({"symbol": pl.String, "date": pl.Date, "kind": pl.String, "amount": pl.Float64}),
    "renames": pl.Schema({"symbol": pl.String, "date": pl.Date, "was": pl.String}),
    "events": pl.Schema(
        {
            "symbol": pl.String,
            "kind": pl.String,
            "ts": MOMENT,
            "known": MOMENT,
            "seen": MOMENT,
            "status": pl.String,
            "timing": pl.String,
            "headline": pl.String,
        }
    ),
    "facts": pl.Schema({"symbol": pl.String, "fact": pl.String, "known": MOMENT, "value": pl.Float64}),
    "corrections": pl.Schema(
        {
            "symbol": pl.String,
            "date": pl.Date,
            "table": pl.String,
            "kind": pl.String,
            "was": pl.Float64,
            "until": MOMENT,
            "source": pl.String,
        }
    ),
    "members": pl.Schema({"symbol": pl.String, "list": pl.String, "since": pl.Date, "until": pl.Date}),
}
"""The columns that each small table has; symbols and events may have more.

events: `ts` is when it is due, `known` from when it could be known, `seen` when it first came here. facts: `known` null
is a fact of today; a fact that is a category has its words in a further column `word`. members: from `since` on, up to
the session before `until`; null is for ever.
"""

KEYS_OF: Mapping[str, tuple[str, ...]] = {
    "symbols": ("symbol",),
    "splits": ("symbol", "date"),
    "dividends": ("symbol", "date", "kind"),
    "renames": ("symbol", "date"),
    "events": ("symbol", "kind", "ts", "known", "headline"),
    "facts": ("symbol", "fact", "known"),
    "corrections": ("symbol", "date", "table", "kind", "until"),
    "members": ("symbol", "list", "since"),
}
"""What tells the rows of a table apart."""

_OPEN = {"symbols", "events", "facts"}
SEEN = "seen"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """A table after a merge, and how many incoming rows were new, changed something, changed nothing, or came twice."""

    frame: pl.DataFrame
    new: int
    changed: int
    same: int
    twice: int


def checked_table(name: str, frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Rows of our own making for a small table, under its types; `BadBars` where a column is missing or another.

    >>> dividend = pl.DataFrame({"symbol": ["A"], "date": ["2015-03-04"], "kind": ["cash"], "amount": [0.1]})
    >>> checked_table("dividends", dividend, "a.csv").schema["date"]
    Date
    """
    if name not in SCHEMAS:
        raise SettingsError(expected=f"a table ({' '.join(SCHEMAS)})", found=repr(name), todo="name one of these")
    schema = SCHEMAS[name]
    lacking = [column for column in schema if column not in frame.columns]
    if lacking:
        raise BadBars(
            source=source,
            expected=f"{name} with {', '.join(schema)}",
            found=f"no {', '.join(lacking)}",
            todo="add them",
        )
    further = [column for column in frame.columns if column not in schema] if name in _OPEN else []
    try:
        found = frame.select(*(_typed(frame, column, kind) for column, kind in schema.items()), *further)
    except pl.exceptions.PolarsError as error:
        told = str(error).splitlines()[0]
        raise BadBars(
            source=source, expected=f"{name} of the right types", found=told, todo="correct the rows"
        ) from error
    wrong = found.filter(pl.any_horizontal(pl.col(key).is_null() for key in KEYS_OF[name] if key in REQUIRED))
    if not wrong.is_empty():
        raise BadBars(
            source=source,
            expected=f"{', '.join(key for key in KEYS_OF[name] if key in REQUIRED)} in every row of {name}",
            found=f"{len(wrong)} rows without",
            todo="remove or complete them",
        )
    return found


REQUIRED = {"symbol", "date", "kind", "ts", "fact", "list", "was"}


def _typed(frame: pl.DataFrame, column: str, kind: pl.DataType) -> pl.Expr:
    written = frame.schema[column]
    if written == pl.String and kind == pl.Date:
        return pl.col(column).str.to_date()
    if isinstance(written, pl.Datetime) and isinstance(kind, pl.Datetime) and written.time_zone is None:
        return pl.col(column).dt.replace_time_zone("UTC").cast(kind)
    if isinstance(written, pl.Datetime) and isinstance(kind, pl.Datetime):
        return pl.col(column).dt.convert_time_zone("UTC").cast(kind)
    if written == pl.Date and isinstance(kind, pl.Datetime):
        return pl.col(column).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    return pl.col(column).cast(kind)


def read_symbols(table: Table) -> pl.DataFrame:
    """The facts of a foreign table: numbers where a whole column can be read as such, else categories as text."""
    frame = pl.concat(table.frames, how="diagonal_relaxed").drop("origin")
    frame = frame.with_columns(_trimmed("symbol")).filter(pl.col("symbol").is_not_null())
    return frame.select("symbol", *(_fact(frame[name]) for name in frame.columns if name != "symbol"))


def read_splits(table: Table) -> pl.DataFrame:
    """Symbol, date, ratio: from the date on, one old share is `ratio` new ones (7, 0.1, also written 7:1 or 1/10)."""
    frame = pl.concat(table.frames, how="vertical_relaxed")
    stamps = read_stamps(frame["date"], zone="UTC", source=table.source)
    dates = stamps.ts.cast(pl.Date)
    ratios = pl.Series("ratio", [_ratio(each) for each in frame["ratio"]], dtype=pl.Float64)
    read = frame.select(_trimmed("symbol")).with_columns(dates.alias("date"), ratios)
    wrong = read.filter(
        pl.any_horizontal(pl.all().is_null()) | ~pl.col("ratio").is_finite() | (pl.col("ratio") <= 0),
    )
    if not wrong.is_empty():
        first = wrong.row(0)
        found = f"{len(wrong)} rows without, the first {first[0]} {first[1]} {first[2]}"
        expected = "a symbol, a date and a ratio above 0 in every row"
        raise BadBars(source=table.source, expected=expected, found=found, todo="7:1 is 7, a reverse 1:10 is 0.1")
    return read.filter(pl.col("ratio") != 1)


def read_dividends(table: Table) -> pl.DataFrame:
    """Symbol, ex-date, kind (`cash`) and amount a share as paid then."""
    frame = pl.concat(table.frames, how="vertical_relaxed")
    dates = read_stamps(frame["date"], zone="UTC", source=table.source).ts.cast(pl.Date)
    amounts = frame["amount"].cast(pl.Float64, strict=False)
    read = frame.select(_trimmed("symbol")).with_columns(dates.alias("date"), pl.lit("cash").alias("kind"), amounts)
    wrong = read.filter(pl.any_horizontal(pl.all().is_null()) | ~pl.col("amount").is_finite() | (pl.col("amount") < 0))
    if not wrong.is_empty():
        row = wrong.row(0)
        found = f"{len(wrong)} rows without, the first {row[0]} {row[1]} {row[3]}"
        expected = "a symbol, a date and an amount in every row"
        raise BadBars(source=table.source, expected=expected, found=found, todo="complete or remove these rows")
    return read


def latest(name: str, table: pl.DataFrame) -> str:
    """When the newest row of a table was known, as text; of a table without moments, nothing.

    >>> known = pl.Series([dt.datetime(2026, 1, 5, 21, tzinfo=dt.UTC), None])
    >>> latest("facts", pl.DataFrame({"known": known}))
    'known 2026-01-05T21:00:00Z'
    """
    column = {"facts": "known", "events": SEEN, "splits": "date", "dividends": "date", "renames": "date"}.get(name, "")
    newest = table[column].max() if column else None
    if newest is None:
        return ""
    when = f"{newest:%Y-%m-%dT%H:%M:%SZ}" if isinstance(newest, dt.datetime) else str(newest)
    return f"{column} {when}" if isinstance(newest, dt.datetime) else f"of {when}"


def merged(stored: pl.DataFrame | None, incoming: pl.DataFrame, keys: list[str]) -> Merged:
    """Put incoming rows over the stored ones, value by value; a missing value replaces nothing.

    `seen` stays what it was first. Two missing keys are the same. A column that was of numbers and comes as text, or
    the other way, becomes text.
    """
    once = incoming.unique(subset=keys, keep="first", maintain_order=True)
    twice = len(incoming) - len(once)
    if stored is None:
        return Merged(frame=once.sort(keys), new=len(once), changed=0, same=0, twice=twice)
    facts = [name for name in once.columns if name not in keys]
    unlike = [name for name in facts if name in stored.columns and stored.schema[name] != once.schema[name]]
    stored, once = (each.with_columns(pl.col(unlike).cast(pl.String)) for each in (stored, once))
    comes = once.rename({name: f"{name} comes" for name in facts}).with_columns(pl.lit(value=True).alias("row comes"))
    whole = stored.with_columns(pl.lit(value=True).alias("row stood")).join(
        comes, on=keys, how="full", coalesce=True, nulls_equal=True
    )
    further = [pl.lit(None, dtype=once.schema[name]).alias(name) for name in facts if name not in stored.columns]
    whole = whole.with_columns(further)
    differs = pl.any_horizontal(pl.col(f"{name} comes").is_not_null() & _gives_way(name) for name in facts)
    stood, coming = pl.col("row stood").is_not_null(), pl.col("row comes").is_not_null()
    new, changed = whole.select((~stood).sum().alias("new"), (stood & coming & differs).sum().alias("changed")).row(0)
    frame = whole.select(
        pl.coalesce(*((name, f"{name} comes") if name == SEEN else (f"{name} comes", name))).alias(name)
        if name in facts
        else pl.col(name)
        for name in [*stored.columns, *(each for each in facts if each not in stored.columns)]
    )
    return Merged(frame=frame.sort(keys), new=new, changed=changed, same=len(once) - new - changed, twice=twice)


def _gives_way(name: str) -> pl.Expr:
    """Whether a stored value is replaced by another one that comes."""
    return pl.col(name).is_null() if name == SEEN else pl.col(f"{name} comes").ne_missing(pl.col(name))


def _trimmed(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text).alias(name)


def _fact(written: pl.Series) -> pl.Series:
    kind = written.dtype
    if kind.is_numeric() or kind == pl.Boolean:
        return written.cast(pl.Float64)
    text = written.cast(pl.String).str.strip_chars()
    text = text.set(text == "", None)
    if written.name in FACT_SPELLINGS or kind != pl.String:
        return text
    numbers = text.cast(pl.Float64, strict=False)
    whole = numbers.null_count() == text.null_count() and text.null_count() < len(text)
    return numbers if whole else text


def _ratio(written: object) -> float | None:
    """A number, or two of them as people write a split.

    >>> _ratio("7:1"), _ratio("1/10"), _ratio("3 for 2"), _ratio(0.1)
    (7.0, 0.1, 1.5, 0.1)
    """
    parts = re.split(r"\s*(?::|/|-?for-?)\s*", str(written).strip())
    try:
        numbers = [float(each) for each in parts]
    except ValueError:
        return None
    if len(numbers) == 1:
        return numbers[0]
    return numbers[0] / numbers[1] if len(numbers) == 2 and numbers[1] else None
