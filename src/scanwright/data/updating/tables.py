"""What is not bars: an answer's rows, as the market's small tables have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.data.ports import Answer

if TYPE_CHECKING:
    import polars as pl

    from scanwright.store.market import Market
    from scanwright.store.report import ImportReport

EVENT = ("symbol", "kind", "ts", "known", "status", "timing", "headline")


def put_answer(
    market: Market, name: str, table: pl.DataFrame, answer: Answer, *, source: str | None = None
) -> ImportReport:
    """Put rows of an answer into a small table, with whom they are from; source: where several had to be asked."""
    return market.put(name, table, source=source or answer.provider, asked=answer.asked_at, delayed=answer.delayed)


def symbol_rows(answer: Answer, symbols: Sequence[str] | None) -> Mapping[str, pl.DataFrame]:
    """A list of symbols, or of some of them, without columns in which nothing is known; names alone are no news."""
    import polars as pl

    table = answer.table if symbols is None else answer.table.filter(pl.col("symbol").is_in(list(symbols)))
    known = [each for each in table.columns if each == "symbol" or table[each].null_count() < len(table)]
    return {"symbols": table.select(known)} if len(table) and len(known) > 1 else {}


def action_rows(answer: Answer) -> Mapping[str, pl.DataFrame]:
    """Splits, dividends, renames and delistings, each for its table; a table without rows is left out.

    An action's date is the first on the new terms; `delisted` in the symbol table is the last on which it traded.
    """
    import polars as pl

    rows = answer.table
    if rows.is_empty():
        return {}
    kind = pl.col("kind")
    worth = pl.col("value").is_not_null() & (pl.col("value") > 0)
    found = {
        "splits": rows.filter((kind == "split") & worth & (pl.col("value") != 1)).select(
            "symbol", "date", pl.col("value").alias("ratio")
        ),
        "dividends": rows.filter((kind == "dividend") & worth).select(
            "symbol", "date", pl.lit("cash").alias("kind"), pl.col("value").alias("amount")
        ),
        "renames": rows.filter((kind == "rename") & pl.col("text").is_not_null()).select(
            "symbol", "date", pl.col("text").alias("was")
        ),
        "symbols": rows.filter(kind == "delisted").select(
            "symbol", (pl.col("date") - pl.duration(days=1)).alias("delisted")
        ),
    }
    return {name: table for name, table in found.items() if len(table)}


def event_rows(answer: Answer) -> Mapping[str, pl.DataFrame]:
    """Events, with the moment at which we learn of them."""
    import polars as pl

    rows = answer.table
    if rows.is_empty():
        return {}
    lacking = [pl.lit(None, dtype=pl.String).alias(each) for each in EVENT if each not in rows.columns]
    seen = [] if "seen" in rows.columns else [pl.lit(answer.known).cast(pl.Datetime("ms", "UTC")).alias("seen")]
    return {"events": rows.with_columns(*lacking, *seen)}


def fact_rows(answer: Answer) -> Mapping[str, pl.DataFrame]:
    """Figures of companies."""
    return {"facts": answer.table} if len(answer.table) else {}


def member_rows(answer: Answer) -> Mapping[str, pl.DataFrame]:
    """Who belongs to which list since when."""
    return {"members": answer.table} if len(answer.table) else {}


def ended(symbols: pl.DataFrame | None, renames: pl.DataFrame | None, listed: Sequence[str]) -> Mapping[str, str]:
    """The last date of symbols that trade no more: of the delisted, and of names that another one took over."""
    import polars as pl

    found: dict[str, str] = {}
    if renames is not None:
        old = renames.with_columns((pl.col("date") - pl.duration(days=1)).cast(pl.String).alias("last"))
        found |= dict(old.filter(~pl.col("was").is_in(list(listed))).select("was", "last").iter_rows())
    if symbols is not None and "delisted" in symbols.columns:
        gone = symbols.select("symbol", pl.col("delisted").cast(pl.String).str.slice(0, 10)).drop_nulls()
        found |= dict(gone.iter_rows())
    return found
