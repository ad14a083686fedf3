"""What a row itself proves wrong: such rows are set apart with their reason, counted, and never used."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from scanwright.model.panel import FIELDS
from scanwright.store.columns import PRICES

NOISE = 1e-6  # prices that went through float32 stand this much outside of low and high, relatively

REASONS: Mapping[str, str] = {
    "missing_symbol": "no symbol",
    "bad_time": "no time, or one that cannot be read",
    "not_a_number": "a text where a number should be",
    "missing_price": "open, high, low or close is missing or not finite",
    "not_positive": "a price of zero or less",
    "missing_volume": "the volume is missing or not finite",
    "negative_volume": "a volume below zero",
    "high_below_low": "the high is below the low",
    "outside_range": "open or close is not between low and high",
    "duplicate": "the symbol has a good bar of that time earlier in the same import",
    "outside_calendar": "before the first or after the last date of the market's calendar",
    "outside_session": "on a day without a session, or outside its extended hours",
}
"""Each reason, in the order in which it is looked for."""


def judged(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the good rows, sorted by symbol and time, from the refused ones with their `reason`.

    frame: symbol, ts, the five numbers, `unread`, `origin`.
    """
    reasoned = frame.with_columns(_reason().alias("reason"))
    good = reasoned.filter(pl.col("reason").is_null()).drop("reason", "unread")
    refused = reasoned.filter(pl.col("reason").is_not_null()).drop("unread")
    good = good.sort("symbol", "ts", maintain_order=True)
    again = (pl.col("symbol") == pl.col("symbol").shift()) & (pl.col("ts") == pl.col("ts").shift())
    twice = good.filter(again.fill_null(value=False))
    if not twice.is_empty():
        good = good.filter(~again.fill_null(value=False))
        refused = pl.concat([refused, twice.with_columns(pl.lit("duplicate").alias("reason"))])
    return good, refused


def counted(refused: pl.DataFrame) -> dict[str, int]:
    """Rows of each reason, in the order of `REASONS`."""
    counts = dict(refused.group_by("reason").len().iter_rows())
    return {reason: counts[reason] for reason in REASONS if reason in counts}


def _reason() -> pl.Expr:
    """The first reason that holds, or null for a good row."""
    op, high, low, close, volume = (pl.col(name) for name in FIELDS)
    finite = pl.all_horizontal(pl.col(name).is_finite().fill_null(value=False) for name in PRICES)
    top, bottom = high * (1 + NOISE), low * (1 - NOISE)
    tests = {
        "missing_symbol": pl.col("symbol").is_null() | (pl.col("symbol") == ""),
        "bad_time": pl.col("ts").is_null(),
        "not_a_number": pl.col("unread"),
        "missing_price": ~finite,
        "not_positive": pl.min_horizontal(*PRICES) <= 0,
        "missing_volume": ~volume.is_finite().fill_null(value=False),
        "negative_volume": volume < 0,
        "high_below_low": top < low,
        "outside_range": (op > top) | (close > top) | (op < bottom) | (close < bottom),
    }
    reason = pl.lit(None, dtype=pl.String)
    for name, wrong in reversed(tests.items()):
        reason = pl.when(wrong).then(pl.lit(name)).otherwise(reason)
    return reason
