"""Stretches: what was asked of whom, and when; where nothing was traded there is no bar, and the stretch tells it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

SCHEMA = pl.Schema(
    {
        "symbol": pl.String,
        "first": pl.Datetime("ms", "UTC"),
        "last": pl.Datetime("ms", "UTC"),
        "provider": pl.String,
        "asked_at": pl.Datetime("ms", "UTC"),
        "as_of": pl.Datetime("ms", "UTC"),
        "delayed_seconds": pl.Float64,
    }
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Everything that a provider has of a symbol between two stamps, both included, is in the market.

    first, last: as the bars are stamped, `datetime64[s]`. asked_at: when it was asked. as_of: the moment that the
    answer speaks for. delayed: how long the provider holds its data back; None where it does not say.
    """

    symbol: str
    first: np.datetime64
    last: np.datetime64
    provider: str
    asked_at: dt.datetime
    as_of: dt.datetime
    delayed: dt.timedelta | None = None


def table_of(stretches: Sequence[Stretch]) -> pl.DataFrame:
    """Stretches as a table; a session's date stands as its midnight."""
    rows = [
        (
            each.symbol,
            _moment(each.first),
            _moment(each.last),
            each.provider,
            each.asked_at,
            each.as_of,
            None if each.delayed is None else each.delayed.total_seconds(),
        )
        for each in stretches
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def merged(stored: pl.DataFrame | None, coming: pl.DataFrame) -> pl.DataFrame:
    """The stretches together: those of one symbol and provider that touch or overlap become one, told by the latest.

    >>> asked = dt.datetime(2015, 1, 8, tzinfo=dt.UTC)
    >>> def stretch(first: str, last: str) -> Stretch:
    ...     ends = {"first": np.datetime64(first), "last": np.datetime64(last)}
    ...     return Stretch(symbol="A", provider="p", asked_at=asked, as_of=asked, **ends)
    >>> both = merged(table_of([stretch("2015-01-02", "2015-01-05")]), table_of([stretch("2015-01-05", "2015-01-07")]))
    >>> [str(each.date()) for each in both.select("first", "last").row(0)]
    ['2015-01-02', '2015-01-07']
    """
    both = coming if stored is None else pl.concat([stored, coming])
    keys = ["symbol", "provider"]
    both = both.sort(*keys, "first", "last")
    apart = pl.col("first") > pl.col("last").cum_max().shift()
    parted = both.with_columns(apart.fill_null(value=True).cum_sum().over(keys).alias("part"))
    return (
        parted.sort("asked_at", maintain_order=True)
        .group_by(*keys, "part", maintain_order=True)
        .agg(
            pl.col("first").min(),
            pl.col("last").max(),
            pl.col("asked_at").last(),
            pl.col("as_of").last(),
            pl.col("delayed_seconds").last(),
        )
        .select(SCHEMA.names())
        .sort("symbol", "first", "provider")
    )


def _moment(stamp: np.datetime64) -> dt.datetime:
    return stamp.astype("M8[s]").item().replace(tzinfo=dt.UTC)
