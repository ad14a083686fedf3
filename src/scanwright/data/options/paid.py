"""What an underlying pays: its dividend yield at a moment, from the dividends of the year before."""

from __future__ import annotations

import polars as pl

YEAR = pl.duration(days=365)


def with_yields(chains: pl.DataFrame, dividends: pl.DataFrame | None, splits: pl.DataFrame | None) -> pl.DataFrame:
    """Chains with a `dividend_yield` where none is given: the dividends of 365 days in shares of then, over the price.

    Nobody has one where dividends are not known at all; 0 is of an underlying that paid nothing.

    >>> import datetime as dt
    >>> taken = dt.datetime(2015, 6, 1, 20, tzinfo=dt.UTC)
    >>> chain = pl.DataFrame({"underlying": ["A"], "taken": [taken], "underlying_price": [50.0]})
    >>> chain = chain.with_columns(pl.lit(None, dtype=pl.Float64).alias("dividend_yield"))
    >>> days = [dt.date(2014, 9, 1), dt.date(2015, 3, 2)]
    >>> paid = pl.DataFrame({"symbol": ["A", "A"], "date": days, "amount": [2.0, 1.0]})
    >>> halved = pl.DataFrame({"symbol": ["A"], "date": [dt.date(2015, 1, 5)], "ratio": [2.0]})
    >>> with_yields(chain, paid, halved)["dividend_yield"].to_list()
    [0.04]
    """
    if dividends is None or chains.is_empty():
        return chains
    moments = chains.group_by("underlying", "taken").agg(pl.col("underlying_price").drop_nulls().first().alias("price"))
    day = pl.col("taken").dt.date()
    within = moments.join(dividends.select("symbol", "date", "amount"), left_on="underlying", right_on="symbol").filter(
        pl.col("date") <= day, pl.col("date") > day - YEAR
    )
    within = _in_shares_of_then(within.with_row_index("row"), splits)
    paid = within.group_by("underlying", "taken").agg(pl.col("amount").sum())
    share = (pl.col("amount").fill_null(0.0) / pl.col("price")).alias("own yield")
    told = moments.join(paid, on=["underlying", "taken"], how="left").filter(pl.col("price") > 0)
    whole = chains.join(
        told.select("underlying", "taken", share), on=["underlying", "taken"], how="left", maintain_order="left"
    )
    return whole.with_columns(pl.coalesce("dividend_yield", "own yield").alias("dividend_yield")).drop("own yield")


def _in_shares_of_then(paid: pl.DataFrame, splits: pl.DataFrame | None) -> pl.DataFrame:
    """Amounts a share of the moment at which they are looked at, not of the day on which they were paid."""
    if splits is None:
        return paid
    since = paid.join(
        splits.select("symbol", "ratio", pl.col("date").alias("split")), left_on="underlying", right_on="symbol"
    ).filter(pl.col("split") > pl.col("date"), pl.col("split") <= pl.col("taken").dt.date())
    ratios = since.group_by("row").agg(pl.col("ratio").product())
    whole = paid.join(ratios, on="row", how="left")
    return whole.with_columns((pl.col("amount") / pl.col("ratio").fill_null(1.0)).alias("amount"))
