"""Rows for people and programs: named columns, written as a table, JSON, JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import dataclasses
import enum
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

Cell = float | str | bool | None
STAMPS = frozenset({"ts", "expiry", "taken", "quoted"})
"""Columns whose texts are dates or times."""


class Format(enum.StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rows:
    """A table: the names of its columns, and its rows in that order; None where a value is missing.

    >>> print(Rows(names=("symbol", "rsi"), rows=[("AAPL", 31.5)]).csv(), end="")
    symbol,rsi
    AAPL,31.5
    """

    names: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def first(self, count: int | None) -> Rows:
        """At most so many rows; all of them for None or 0."""
        return dataclasses.replace(self, rows=self.rows[:count]) if count else self

    def latest(self, count: int | None) -> Rows:
        """At most so many rows, from the end; all of them for None or 0."""
        return dataclasses.replace(self, rows=self.rows[-count:]) if count else self

    def objects(self) -> list[dict[str, Cell]]:
        """The rows by name, without numbers that JSON has no word for."""
        return [{name: _finite(cell) for name, cell in zip(self.names, row, strict=True)} for row in self.rows]

    def csv(self) -> str:
        """Comma-separated, with a header; nothing stands for a missing value."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.names)
        writer.writerows([_plain(_finite(cell)) for cell in row] for row in self.rows)
        return file.getvalue()

    def jsonl(self) -> str:
        """One JSON object a line."""
        return "".join(f"{json_text(each)}\n" for each in self.objects())

    def table(self) -> str:
        """Columns in line, numbers to the right; `-` for a missing value."""
        return "".join(f"{line}\n" for line in _lines(self.names, self.rows))

    def frame(self) -> pl.DataFrame:
        """A polars frame; what is stamped (`ts`, `expiry`, `taken`, `quoted`) holds dates, or times in UTC."""
        import polars as pl

        columns = list(zip(*self.rows, strict=True)) if self.rows else [() for _ in self.names]
        cells = zip(self.names, columns, strict=True)
        found = pl.DataFrame({name: [_finite(cell) for cell in column] for name, column in cells}, strict=False)
        return found.with_columns(_stamps(found[name].cast(pl.String)) for name in self.names if name in STAMPS)


def _stamps(texts: pl.Series) -> pl.Series:
    timed = any("T" in str(each) for each in texts.drop_nulls().head(1))
    return texts.str.to_datetime(time_zone="UTC") if timed else texts.str.to_date()


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON that every reader takes: no NaN, no infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def number(value: float | None) -> str:
    """A number as people read it: six digits that count.

    >>> number(1234.5678), number(0.000123456), number(12345678.0), number(None)
    ('1,234.57', '0.000123456', '12,345,678', '-')
    """
    if value is None or math.isnan(value):
        return "-"
    if value == 0:
        return "0"
    if math.isinf(value):
        return f"{value:g}"
    size = math.floor(math.log10(abs(value)))
    if not -5 < size < 15:
        return f"{value:.6g}"
    text = f"{value:,.{min(max(5 - size, 0), 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _finite(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _plain(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)


def _shown(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return number(cell) if cell is None or isinstance(cell, float | int) else " ".join(cell.split())


def _lines(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    right = [all(not isinstance(row[at], str) for row in rows) and bool(rows) for at in range(len(names))]
    cells = [list(names), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(names))]
    for row in cells:
        padded = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        )
        yield "  ".join(padded).rstrip()


def of_objects(names: Sequence[str], objects: Iterable[Mapping[str, Cell]]) -> Rows:
    """Rows from mappings; a name that one lacks is missing there.

    >>> of_objects(("a", "b"), [{"a": 1.0}]).rows
    [[1.0, None]]
    """
    return Rows(names=tuple(names), rows=[[each.get(name) for name in names] for each in objects])
