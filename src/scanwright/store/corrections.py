"""Corrections: what a split or dividend was before it was put right, so that the market can be read as it was known.

A correction holds the value that stood and until when; a null says that there was none. The tables hold the latest.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from scanwright.store.panel import moment_of

KEYS = ["symbol", "date", "kind"]


def dividends_at(
    dividends: pl.DataFrame, corrections: pl.DataFrame | None, as_of: np.datetime64 | None, calendar: str
) -> pl.DataFrame:
    """Dividends as they were known at an as-of, those of nothing left out.

    >>> day, later = dt.date(2015, 1, 5), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    >>> paid = pl.DataFrame({"symbol": ["A"], "date": [day], "kind": ["cash"], "amount": [0.5]})
    >>> was = paid.drop("amount").with_columns(table=pl.lit("dividends"), was=pl.lit(50.0), until=pl.lit(later))
    >>> [dividends_at(paid, was, np.datetime64(year), "us_stocks")["amount"][0] for year in ("2016", "2021")]
    [50.0, 0.5]
    """
    if corrections is not None and as_of is not None:
        moment = dt.datetime.fromtimestamp(moment_of(as_of, calendar), dt.UTC)
        later = corrections.filter(pl.col("table") == "dividends", pl.col("until") > moment).sort("until")
        stood = later.unique(KEYS, keep="first", maintain_order=True).select(
            *KEYS, "was", pl.lit(value=True).alias("undo")
        )
        dividends = (
            dividends.join(stood, on=KEYS, how="left")
            .with_columns(pl.when(pl.col("undo")).then(pl.col("was")).otherwise(pl.col("amount")).alias("amount"))
            .drop("was", "undo")
        )
    return dividends.filter(pl.col("amount") > 0)
