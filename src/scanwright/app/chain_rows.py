"""Option chains and their snapshots as rows and sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.rows import Cell, Rows
from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.chains import Arrived

SHORT = (
    *("underlying", "expiry", "strike", "right", "bid", "ask", "last", "volume", "open_interest"),
    *("implied_volatility", "delta", "gamma", "theta", "vega", "implied_from"),
)
KEPT = ("given", "computed")
FORM = "%Y-%m-%dT%H:%M:%SZ"


def moment_of(text: str, exchange: str) -> dt.datetime:
    """A moment as a person wrote it: a time in UTC, or a date, which stands for its end in the exchange's zone.

    >>> moment_of("2014-06-06", "us_stocks").isoformat(), moment_of("2014-06-06T15:00", "us_stocks").isoformat()
    ('2014-06-07T03:59:59+00:00', '2014-06-06T15:00:00+00:00')
    """
    from scanwright.app.question import date_or_time
    from scanwright.store.zones import midnight

    found = date_or_time(text)
    if np.datetime_data(found.dtype)[0] == "D":
        seconds = midnight(found + np.timedelta64(1, "D"), exchange) - 1
    else:
        seconds = int(found.astype("M8[s]").astype(np.int64))
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def taken_of(text: str, exchange: str) -> dt.datetime:
    """When a snapshot was taken, as a person wrote it: a time in UTC, or a date, which stands for its session's close.

    >>> taken_of("2014-06-06", "us_stocks").isoformat()
    '2014-06-06T20:00:00+00:00'
    """
    from scanwright.app.question import date_or_time
    from scanwright.model.calendars import calendar

    found = date_or_time(text)
    closes = calendar(exchange).open_close(np.array([found]).astype("M8[s]"))[1]
    if np.datetime_data(found.dtype)[0] != "D" or np.isnat(closes[0]):
        return moment_of(text, exchange)
    return dt.datetime.fromtimestamp(int(closes[0].astype("M8[s]").astype(np.int64)), dt.UTC)


def of_expiries(chain: pl.DataFrame, expiries: Sequence[str]) -> pl.DataFrame:
    """The contracts of some expiries, all of them by default; `SettingsError` names those there are."""
    if not expiries:
        return chain
    held = [each.isoformat() for each in chain["expiry"].unique().sort()]
    wrong = [each for each in expiries if each not in held]
    if wrong:
        shown = " ".join(held[:12]) + (" ..." if len(held) > 12 else "")
        raise SettingsError(
            expected=f"an expiry of the chain ({shown})", found=", ".join(wrong), todo="choose of these"
        )
    import polars as pl

    return chain.filter(pl.col("expiry").cast(pl.String).is_in(list(expiries)))


def chain_rows(chains: Sequence[pl.DataFrame], *, short: bool) -> Rows:
    """The contracts of some chains; in short, what people look at."""
    import polars as pl

    whole = pl.concat(chains)
    whole = whole.select(SHORT) if short else whole
    times = [pl.col(name).dt.strftime(FORM) for name, kind in whole.schema.items() if isinstance(kind, pl.Datetime)]
    dates = [pl.col(name).cast(pl.String) for name, kind in whole.schema.items() if kind == pl.Date]
    cells: Sequence[Sequence[Cell]] = whole.with_columns(*times, *dates).rows()
    return Rows(names=tuple(whole.columns), rows=cells)


def chain_sentence(chain: pl.DataFrame) -> str:
    """How old a chain is, from whom, how late, and what is missing in it."""
    first = chain.row(0, named=True)
    late = first["delayed_seconds"]
    delay = "delay not said" if late is None else f"delayed by {late / 60:g} min" if late else "not delayed"
    prices = chain["underlying_price"].drop_nulls()
    at = f", the underlying at {prices[0]:g}" if len(prices) else ", without the underlying's price"
    quoted = chain["quoted"].drop_nulls()
    oldest = f", quotes from {quoted.min():{FORM}}" if len(quoted) else ""
    counts = {mark: chain.filter(chain["implied_from"] == mark).height for mark in KEPT}
    missing = chain.height - sum(counts.values())
    told = ", ".join(f"{count:,} {mark}" for mark, count in counts.items() if count) or "none"
    return (
        f"{first['underlying']} as of {first['taken']:{FORM}} from {first['provider']}, {delay}{oldest}{at}; "
        f"{chain.height:,} contracts; volatilities: {told}, {missing:,} missing"
    )


def snapshot_rows(snapshots: pl.DataFrame, *, each: bool) -> Rows:
    """Every snapshot, or those of an underlying in one row."""
    import polars as pl

    if each:
        shown = snapshots.with_columns(pl.col("taken").dt.strftime(FORM))
        return Rows(names=tuple(shown.columns), rows=shown.rows())
    first, last = (end.dt.strftime(FORM) for end in (pl.col("taken").min(), pl.col("taken").max()))
    grouped = (
        snapshots.sort("taken")
        .group_by("underlying")
        .agg(
            pl.len().alias("snapshots"),
            first.alias("first"),
            last.alias("last"),
            pl.col("contracts").last(),
            pl.col("provider").unique().sort().str.join(" ").alias("providers"),
        )
    )
    return Rows(names=tuple(grouped.columns), rows=grouped.sort("underlying").rows())


def arrival_sentence(arrived: Arrived) -> str:
    """What came of chains."""
    parts = {"new": arrived.new, "as they were": arrived.same, "named twice": arrived.twice}
    counts = ", ".join(f"{count:,} {name}" for name, count in parts.items() if count)
    span = arrived.first if arrived.first == arrived.last else f"{arrived.first} to {arrived.last}"
    facts = f"; {arrived.facts:,} facts kept" if arrived.facts else ""
    rows = sum(parts.values())
    return f"{arrived.source}: {rows:,} contracts of {arrived.underlyings:,} underlyings, {span}: {counts}{facts}"


def marks_sentence(arrived: Arrived) -> str:
    """Where volatilities are from, and why the others are missing."""
    told = ", ".join(f"{count:,} {mark}" for mark, count in arrived.marks.most_common()) or "none"
    belied = f"; {arrived.belied:,} given ones make another price with that" if arrived.belied else ""
    return f"volatilities: {told}{belied}"
