"""Splits, dividends, renames and delistings of a book in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.data.exchange.book import Book

if TYPE_CHECKING:
    import polars as pl


def actions(book: Book, moment: int) -> pl.DataFrame | None:
    """What is in force by a moment: symbol, date, kind, value, text.

    The date of a delisting is the first one on which the symbol is not traded any more.
    """
    import polars as pl

    empty, nothing = pl.lit(None, dtype=pl.String).alias("text"), pl.lit(None, dtype=pl.Float64).alias("value")
    found: list[pl.DataFrame] = []
    for name, kind, value in (("splits", "split", "ratio"), ("dividends", "dividend", "amount")):
        if (table := book.table(name, moment)) is not None:
            facts = (pl.lit(kind).alias("kind"), pl.col(value).cast(pl.Float64).alias("value"))
            found.append(table.select("symbol", "date", *facts, empty))
    if (table := book.table("renames", moment)) is not None:
        kind = pl.lit("rename").alias("kind")
        found.append(table.select("symbol", "date", kind, nothing, pl.col("was").alias("text")))
    table = book.listed(moment)
    if "delisted" in table.columns:
        gone = table.filter(pl.col("delisted").is_not_null())
        after = pl.col("delisted").str.to_date("%Y-%m-%d") + pl.duration(days=1)
        found.append(gone.select("symbol", after.alias("date"), pl.lit("delisted").alias("kind"), nothing, empty))
    return pl.concat(found).sort("date", "symbol", "kind") if found else None
