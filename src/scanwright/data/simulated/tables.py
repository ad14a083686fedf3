"""What happened in a simulated market, as the store's small tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.simulated import stories
from scanwright.model.calendars import calendar
from scanwright.model.panel import Floats, Ints

if TYPE_CHECKING:
    import polars as pl

    from scanwright.data.simulated.market import SimulatedMarket

LIST = "SIM100"
"""The index whose members are the largest companies, chosen anew each quarter."""


def symbol_table(made: SimulatedMarket) -> pl.DataFrame:
    """A row for each symbol; `listed` and `delisted` are its first and last day of trade, dates as text."""
    import polars as pl

    lives, last = made.happened.lives, len(made.ts)
    days = np.datetime_as_string(made.ts.astype("M8[D]"))
    listed = np.where(lives.begins > 0, days[lives.begins], np.datetime_as_string(made.happened.listed))
    gone = [str(days[end - 1]) if end < last else None for end in lives.ends.tolist()]
    frame = pl.DataFrame([dataclasses.asdict(each) for each in made.companies], infer_schema_length=None)
    return frame.with_columns(pl.Series("listed", listed.tolist()), pl.Series("delisted", gone, dtype=pl.String))


def split_table(made: SimulatedMarket) -> pl.DataFrame:
    """Symbol, date, ratio."""
    import polars as pl

    schema = {"symbol": pl.String, "date": pl.Date, "ratio": pl.Float64}
    rows = [(each.symbol, each.date.astype("M8[D]").item(), each.ratio) for each in made.splits]
    return pl.DataFrame(rows, schema=schema, orient="row")


def dividend_table(made: SimulatedMarket) -> pl.DataFrame:
    """Symbol, ex-date, kind, cash for a share as traded that day; only where it trades."""
    import polars as pl

    paid = made.happened.dividends
    dates = pl.Series("date", made.ts.astype("M8[D]")[paid.row])
    return pl.DataFrame([_symbols(made, paid.column), dates]).with_columns(
        pl.lit("cash").alias("kind"), pl.Series("amount", made.happened.amounts)
    )


def rename_table(made: SimulatedMarket) -> pl.DataFrame:
    """The present name, the date from which it is used, the name before."""
    import polars as pl

    schema = {"symbol": pl.String, "date": pl.Date, "was": pl.String}
    rows = [(each.symbol, each.date.astype("M8[D]").item(), each.was) for each in made.happened.renames]
    return pl.DataFrame(rows, schema=schema, orient="row")


def member_table(made: SimulatedMarket) -> pl.DataFrame:
    """The stays in SIM100: the first day as a member, and the first day after (nothing: it still is one)."""
    import polars as pl

    stays, days = made.happened.members, made.ts.astype("M8[D]")
    until = np.minimum(stays.until, made.happened.lives.ends[stays.column])
    ends = np.append(days, np.datetime64("NaT"))[until]
    dates = [pl.Series("since", days[stays.since]), pl.Series("until", ends)]
    return pl.DataFrame([_symbols(made, stays.column), *dates]).with_columns(pl.lit(LIST).alias("list"))


def event_table(made: SimulatedMarket) -> pl.DataFrame:
    """Earnings (expected, confirmed, published), filings, dividends, splits and news, each from when it was known.

    Of earnings, `quarter` (20252 for the second of 2025) ties the three rows of a report together.
    """
    import polars as pl

    frames = [*_earnings(made), _filings(made), _of_dividends(made), _of_splits(made), _news(made)]
    order = ["symbol", "kind", "ts", "known", "seen", "status", "timing", "headline"]
    moment = pl.Datetime("ms", "UTC")
    none = pl.DataFrame(
        schema={name: moment if name in {"ts", "known"} else pl.String for name in order if name != "seen"}
    )
    whole = pl.concat([none, *(each for each in frames if not each.is_empty())], how="diagonal_relaxed")
    whole = whole.with_columns(pl.col("known").alias("seen"), pl.col("headline").fill_null(""))
    end = _moments("end", np.array([_end(made)]))[0]
    figures = ["quarter", "eps", "eps_estimate", "revenue", "value"]
    whole = whole.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in figures if name not in whole)
    return whole.filter(pl.col("known") <= end).select(*order, *figures).sort("known", "symbol", "kind")


def fact_table(made: SimulatedMarket) -> pl.DataFrame:
    """Figures with the moment they became known: of reports, of each month's end, and of shares after a split."""
    import polars as pl

    frames = [_reported(made), _monthly(made), _after_splits(made)]
    return pl.concat(frames).filter(pl.col("value").is_not_nan()).sort("symbol", "fact", "known")


MAKERS: Mapping[str, Callable[[SimulatedMarket], pl.DataFrame]] = {
    "symbols": symbol_table,
    "splits": split_table,
    "dividends": dividend_table,
    "renames": rename_table,
    "events": event_table,
    "facts": fact_table,
    "members": member_table,
}
"""The maker of each of the store's small tables."""


def _earnings(made: SimulatedMarket) -> list[pl.DataFrame]:
    """The rows of reports, as they were expected, confirmed and published."""
    import polars as pl

    told, accounts = made.happened.reports, made.happened.accounts
    scale = made.scale[np.clip(told.row, 0, len(made.ts) - 1), told.column]
    named = _symbols(made, told.column).to_frame().with_columns(
        pl.lit("earnings").alias("kind"),
        pl.Series("timing", np.where(told.after, "after", "before")),
        pl.Series("quarter", (1970 + told.quarter // 4) * 10.0 + told.quarter % 4 + 1),
    )  # fmt: skip
    figures = {
        "eps": np.round(accounts.eps * scale, 4),
        "eps_estimate": np.round(accounts.expected * scale, 4),
        "revenue": accounts.sales,
    }

    def of(due: Ints, known: Ints, status: str) -> pl.DataFrame:
        return named.with_columns(_moments("ts", due), _moments("known", known), pl.lit(status).alias("status"))

    published = of(told.due, told.due, "confirmed").with_columns(pl.Series(n, v) for n, v in figures.items())
    return [of(told.guess, told.guessed, "estimated"), of(told.due, told.confirmed, "confirmed"), published]


def _filings(made: SimulatedMarket) -> pl.DataFrame:
    """The quarter's accounts, handed in some days after the report."""
    import polars as pl

    told = made.happened.reports
    late = told.due + 86_400 * (1 + told.column % 6) + 3600
    return _symbols(made, told.column).to_frame().with_columns(
        pl.lit("filing").alias("kind"), _moments("ts", late), _moments("known", late),
        pl.lit("confirmed").alias("status"), pl.lit("10-Q").alias("headline"),
    )  # fmt: skip


def _of_dividends(made: SimulatedMarket) -> pl.DataFrame:
    import polars as pl

    paid, (opens, closes) = made.happened.dividends, _hours(made)
    return _symbols(made, paid.column).to_frame().with_columns(
        pl.lit("dividend").alias("kind"),
        _moments("ts", opens[paid.row]),
        _moments("known", closes[paid.declared]),
        pl.lit("confirmed").alias("status"),
        pl.lit("before").alias("timing"),
        pl.Series("value", made.happened.amounts),
    )  # fmt: skip


def _of_splits(made: SimulatedMarket) -> pl.DataFrame:
    """Known at the close twelve sessions before."""
    import polars as pl

    opens, closes = _hours(made)
    row = np.searchsorted(made.ts, np.array([each.date for each in made.splits], "M8[s]"))
    schema = {"symbol": pl.String, "value": pl.Float64}
    return pl.DataFrame([(each.symbol, each.ratio) for each in made.splits], schema=schema, orient="row").with_columns(
        pl.lit("split").alias("kind"),
        _moments("ts", opens[row]),
        _moments("known", closes[np.maximum(row - 12, 0)]),
        pl.lit("confirmed").alias("status"),
        pl.lit("before").alias("timing"),
    )


def _news(made: SimulatedMarket) -> pl.DataFrame:
    import polars as pl

    told = made.happened.stories
    opens, closes = _hours(made)
    met = np.select([told.known < opens[told.row], told.known >= closes[told.row]], ["before", "after"], "during")
    names = pl.Series("name", [each.name for each in made.companies]).gather(told.column)
    words = pl.Series("word", stories.WORDS).gather(told.word)
    return _symbols(made, told.column).to_frame().with_columns(
        pl.lit("news").alias("kind"), _moments("ts", told.known), _moments("known", told.known),
        pl.lit("confirmed").alias("status"), pl.Series("timing", met), (names + " " + words).alias("headline"),
    )  # fmt: skip


def _reported(made: SimulatedMarket) -> pl.DataFrame:
    """Shares, float, sales, eps and growth, from the moment of each report."""
    told, accounts = made.happened.reports, made.happened.accounts
    scale = made.scale[np.clip(told.row, 0, len(made.ts) - 1), told.column]
    shares = accounts.shares[told.column] / scale
    figures = {
        "shares_out": np.round(shares),
        "float": np.round(shares * accounts.float_share[told.column]),
        "sales": accounts.sales,
        "eps": np.round(accounts.eps * scale, 4),
        "sales_growth": np.round(accounts.sales_growth, 2),
        "eps_growth": np.round(accounts.eps_growth, 2),
    }
    known = told.due <= _end(made)
    return _facts(made, told.column[known], told.due[known], {name: each[known] for name, each in figures.items()})


def _monthly(made: SimulatedMarket) -> pl.DataFrame:
    """Market capitalisation and short interest (percent of the float), at the close of each month's last session."""
    months = made.ts.astype("M8[M]").astype(np.int64)
    ends = np.append(np.flatnonzero(np.diff(months)), len(months) - 1)
    accounts, companies = made.happened.accounts, np.flatnonzero(made.truth.sector >= 0)
    row, column = (each.ravel() for each in np.meshgrid(ends, companies, indexing="ij"))
    traded = made.bar[row, column] != 0
    row, column = row[traded], column[traded]
    close = made.fields["close"][row, column]
    short: Floats = 3.0 + 12.0 * (1 - accounts.float_share[column]) + 4.0 * np.sin(row / 40 + column)
    figures: dict[str, Floats] = {
        "market_cap": np.floor(close * accounts.shares[column] / made.scale[row, column]),
        "short_interest": np.rint(np.maximum(short, 0.1) * 100) / 100,
    }
    return _facts(made, column, _hours(made)[1][row], figures)


def _after_splits(made: SimulatedMarket) -> pl.DataFrame:
    """The shares on their new terms, from the open of each split's day."""
    accounts = made.happened.accounts
    row = np.searchsorted(made.ts, np.array([each.date for each in made.splits], "M8[s]"))
    place = {symbol: at for at, symbol in enumerate(made.symbols)}
    column = np.array([place[each.symbol] for each in made.splits], np.int64)
    shares = accounts.shares[column] / made.scale[row, column]
    figures = {"shares_out": np.round(shares), "float": np.round(shares * accounts.float_share[column])}
    return _facts(made, column, _hours(made)[0][row], figures)


def _facts(made: SimulatedMarket, column: Ints, known: Ints, figures: Mapping[str, Floats]) -> pl.DataFrame:
    import polars as pl

    named = _symbols(made, column).to_frame().with_columns(_moments("known", known))
    frames = [
        named.with_columns(pl.lit(name).alias("fact"), pl.Series("value", values, dtype=pl.Float64))
        for name, values in figures.items()
    ]
    return pl.concat(frames).select("symbol", "fact", "known", "value")


def _symbols(made: SimulatedMarket, column: Ints) -> pl.Series:
    import polars as pl

    return pl.Series("symbol", made.symbols, dtype=pl.String).gather(column)


def _moments(name: str, seconds: Ints) -> pl.Series:
    import polars as pl

    return pl.Series(name, seconds.astype("M8[s]").astype("M8[ms]")).dt.replace_time_zone("UTC")


def _hours(made: SimulatedMarket) -> tuple[Ints, Ints]:
    """Open and close of each session, in seconds UTC."""
    opens, closes = calendar("us_stocks").open_close(made.ts)
    return opens.astype("M8[s]").astype(np.int64), closes.astype("M8[s]").astype(np.int64)


def _end(made: SimulatedMarket) -> int:
    """The close of the last session."""
    return int(_hours(made)[1][-1])
