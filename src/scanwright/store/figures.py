"""Prices and volumes as they are written, read as numbers."""

from __future__ import annotations

import polars as pl

from scanwright.model.errors import BadBars
from scanwright.model.panel import FIELDS

MISSING = ("", "null", "none", "nan", "n/a", "na", "-", "--")


def read_figures(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """The five columns as Float64, and `unread`: whether a row has a text there that is no number.

    A column of which nothing can be read is of the wrong type and refused; missing values stay missing.

    >>> row = pl.DataFrame({name: ["$1.5", "n/a", "?"] for name in FIELDS})
    >>> read_figures(row, "a.csv")["close"].to_list()
    [1.5, None, None]
    """
    unread = pl.Series("unread", [False]).new_from_index(0, len(frame))
    read: list[pl.Series] = []
    for name in FIELDS:
        values, wrong = _numbers(frame[name], source)
        read.append(values)
        unread = unread if wrong is None else unread | wrong
    return frame.with_columns(*read, unread.alias("unread"))


def _numbers(written: pl.Series, source: str) -> tuple[pl.Series, pl.Series | None]:
    """The numbers, and which texts were none."""
    kind = written.dtype
    if kind.is_numeric() or kind.is_decimal() or kind == pl.Null:
        return written.cast(pl.Float64), None
    if kind != pl.String:
        expected = f"numbers in column {written.name}"
        todo = "name another column so, or drop this one"
        raise BadBars(source=source, expected=expected, found=f"a column of type {kind}", todo=todo)
    plain = written.str.strip_chars(" $")
    said = plain.is_not_null() & ~plain.str.to_lowercase().is_in(MISSING)
    values = plain.cast(pl.Float64, strict=False)
    wrong = (said & values.is_null()).fill_null(value=False)
    if wrong.any() and wrong.sum() == said.sum():
        expected = f"numbers in column {written.name}"
        todo = "write numbers with a point and without separators"
        raise BadBars(source=source, expected=expected, found=repr(written.filter(wrong)[0]), todo=todo)
    return values, wrong
