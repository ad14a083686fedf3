"""Facts that cease to be known: a step to NaN says from when a value does not hold any more."""

from __future__ import annotations

import polars as pl


def ceasing(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts of one name by symbol and moment, without a NaN where nothing was known before, or that follows another.

    >>> nan = float("nan")
    >>> facts = pl.DataFrame({"symbol": list("AAAAB"), "known": [1, 2, 3, 4, 1], "value": [nan, 5.0, nan, nan, nan]})
    >>> ceasing(facts)["value"].to_list()
    [5.0, nan]
    """
    ordered = facts.sort("symbol", "known", maintain_order=True)
    before = pl.col("value").shift(1).over("symbol")
    return ordered.filter(pl.col("value").is_not_nan() | (before.is_not_null() & before.is_not_nan()))
