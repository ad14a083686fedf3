"""Figures of companies from their reports: growth against a year before, and the price for a year's earnings.

A report speaks for a part of a fiscal year (a quarter, or the whole). What is made of it is known when it was: a figure
uses the versions of older reports that were known by then, so an amendment changes nothing before it came. Earnings a
share that were told before a split are of fewer shares, and are divided by its ratio beside later ones.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

import polars as pl

from scanwright.data.facts.ceasing import ceasing
from scanwright.store.tables import SCHEMAS

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "eps": ("eps", "eps_diluted", "diluted_eps"),
    "sales": ("revenue", "revenues", "sales"),
}
KINDS = ("earnings", "filing")
WHOLE = "FY"
HEADLINE = r"\b(?<part>Q[1-4]|FY) (?:FY)?(?<year>\d{4})\b"
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
REPORT = pl.Schema(
    {
        "symbol": pl.String,
        "known": SCHEMAS["facts"]["known"],
        "year": pl.Int64,
        "part": pl.String,
        "eps": pl.Float64,
        "sales": pl.Float64,
    }
)


def reports_of(events: pl.DataFrame) -> pl.DataFrame:
    """The published reports among events, each with the part of the year that it speaks for; the others are left out.

    The part stands in `quarter` (20152), in `period_focus` and `fiscal_year` (`Q2`, 2015), or in the headline (`10-Q Q2
    FY2015`). A report that nobody said when it was known counts from when it was due.
    """
    names = {
        ours: next((each for each in theirs if each in events.columns), None) for ours, theirs in SPELLINGS.items()
    }
    if not any(names.values()):
        return REPORT.to_frame()
    known = pl.coalesce("known", "ts") if "ts" in events.columns else pl.col("known")
    numbers = [
        (pl.col(theirs).cast(pl.Float64) if theirs else pl.lit(None, dtype=pl.Float64)).alias(ours)
        for ours, theirs in names.items()
    ]
    found = events.filter(pl.col("kind").is_in(KINDS)).select("symbol", known, *_part(events), *numbers)
    told = pl.col("eps").is_not_null() | pl.col("sales").is_not_null()
    whole = found.filter(told).drop_nulls(["symbol", "known", "year", "part"])
    return whole.select(pl.col(name).cast(kind) for name, kind in REPORT.items()).sort(
        "symbol", "known", "year", "part"
    )


def growth(reports: pl.DataFrame, splits: pl.DataFrame | None = None) -> pl.DataFrame:
    """`eps_growth` and `sales_growth` as facts: percent against the same part of the year before, of the size of that.

    None where that was nothing, or is not known: a NaN says that the value of the report before holds no more. A value
    that stays is not told twice.
    """
    told = [_grown(reports.drop_nulls(name), name, splits if name == "eps" else None) for name in SPELLINGS]
    return pl.concat([_changed(each) for each in told]).sort("symbol", "fact", "known")


def price_earnings(reports: pl.DataFrame, bars: pl.DataFrame, splits: pl.DataFrame | None) -> pl.DataFrame:
    """`pe` as facts: after each report and at each month's last bar, the close for the earnings of four quarters.

    bars: symbol, ended (when the bar was whole, UTC), date, close, as traded. splits: symbol, date, ratio.
    """
    earned = pl.DataFrame(list(_years(reports, splits)), schema={**_EARNED, "fours": pl.Float64}, orient="row")
    met = bars.sort("ended").join_asof(
        earned.sort("known"), left_on="ended", right_on="known", by="symbol", check_sortedness=False
    )
    month = pl.col("date").dt.truncate("1mo")
    first = pl.col("known").ne_missing(pl.col("known").shift(1).over("symbol"))
    last = month.ne_missing(month.shift(-1).over("symbol"))
    chosen = met.sort("symbol", "ended").filter((first | last) & pl.col("fours").is_not_null() & (pl.col("close") > 0))
    earned_now = pl.col("fours") / _factor(chosen, "known", "ended", splits)
    ratio = pl.when(earned_now > 0).then((pl.col("close") / earned_now).round(4)).otherwise(pl.lit(math.nan))
    told = chosen.select("symbol", pl.lit("pe").alias("fact"), pl.col("ended").alias("known"), ratio.alias("value"))
    return _as_facts(ceasing(told))


_EARNED = {"symbol": pl.String, "known": SCHEMAS["facts"]["known"]}


def _part(events: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """The year and the part of it that each report speaks for, by the first of its columns that says so."""
    text = pl.lit(None, dtype=pl.String)
    years, parts = [pl.lit(None, dtype=pl.Int64)], [text]
    if "quarter" in events.columns:
        number = pl.col("quarter").cast(pl.Int64)
        years, parts = [*years, number // 10], [*parts, pl.format("Q{}", number % 10)]
    if {"period_focus", "fiscal_year"} <= set(events.columns):
        years, parts = [*years, pl.col("fiscal_year").cast(pl.Int64)], [*parts, pl.col("period_focus")]
    if "headline" in events.columns:
        told = pl.col("headline").cast(pl.String).str.extract_groups(HEADLINE)
        years = [*years, told.struct.field("year").cast(pl.Int64)]
        parts = [*parts, told.struct.field("part")]
    return pl.coalesce(years).alias("year"), pl.coalesce(parts).alias("part")


def _grown(reports: pl.DataFrame, name: str, splits: pl.DataFrame | None) -> pl.DataFrame:
    """Each report of the latest period so far beside the version of the one a year before that was known by then."""
    own = reports.sort("known")
    place = pl.col("year") * 8 + pl.col("part").replace_strict([*QUARTERS, WHOLE], [1, 2, 3, 4, 5], default=0)
    older = own.select("symbol", "part", "known", pl.col("year") + 1, before=name, since="known")
    latest = own.filter(place == place.cum_max().over("symbol"))
    met = latest.join_asof(older, on="known", by=["symbol", "year", "part"], check_sortedness=False)
    before = pl.col("before") / _factor(met, "since", "known", splits)
    ratio = 100 * (pl.col(name) - before) / before.abs()
    change = pl.when(before != 0).then(ratio).otherwise(pl.lit(math.nan))
    return met.select("symbol", pl.lit(f"{name}_growth").alias("fact"), "known", change.round(4).alias("value"))


def _factor(rows: pl.DataFrame, since: str, until: str, splits: pl.DataFrame | None) -> pl.Series:
    """New shares for an old one between two moments of each row."""
    if splits is None or splits.is_empty():
        return pl.Series([1.0] * len(rows), dtype=pl.Float64)
    numbered = rows.select("symbol", since, until).with_row_index("row")
    met = numbered.join(splits.select("symbol", "date", "ratio"), on="symbol")
    inside = (pl.col(since).dt.date() < pl.col("date")) & (pl.col("date") <= pl.col(until).dt.date())
    products = met.filter(inside).group_by("row").agg(pl.col("ratio").product())
    return numbered.join(products, on="row", how="left", maintain_order="left")["ratio"].fill_null(1.0)


def _changed(facts: pl.DataFrame) -> pl.DataFrame:
    """The facts of one name without those that say what was said before; of one moment the last."""
    once = facts.unique(["symbol", "known"], keep="last", maintain_order=True).sort("symbol", "known")
    same = pl.col("value").eq_missing(pl.col("value").shift(1).over("symbol"))
    return _as_facts(ceasing(once.filter(~same)))


def _as_facts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMAS["facts"].items())


def _years(reports: pl.DataFrame, splits: pl.DataFrame | None) -> Iterator[tuple[str, dt.datetime, float]]:
    """After each report the earnings a share of the four quarters that end with it, in that day's shares."""
    coming = _by_symbol(splits)
    told: dict[str, dict[tuple[int, str], float]] = defaultdict(dict)
    latest: dict[str, tuple[int, int]] = {}
    rows = reports.drop_nulls("eps").sort("known", "symbol", "year", "part")
    for symbol, moment, year, part, eps in rows.select("symbol", "known", "year", "part", "eps").iter_rows():
        while coming[symbol] and coming[symbol][-1][0] <= moment.date():
            _, ratio = coming[symbol].pop()
            told[symbol] = {each: value / ratio for each, value in told[symbol].items()}
        told[symbol][year, part] = eps
        place = year, 4 if part == WHOLE else int(part[1:]) if part in QUARTERS else 0
        if place[1] and place >= latest.get(symbol, (0, 0)):
            latest[symbol] = place
            yield symbol, moment, _four(told[symbol], *place)


def _by_symbol(splits: pl.DataFrame | None) -> dict[str, list[tuple[dt.date, float]]]:
    """Each symbol's splits, the next one last."""
    found: dict[str, list[tuple[dt.date, float]]] = defaultdict(list)
    if splits is not None:
        for symbol, date, ratio in splits.sort("date", descending=True).select("symbol", "date", "ratio").iter_rows():
            found[symbol].append((date, ratio))
    return found


def _four(told: Mapping[tuple[int, str], float], year: int, quarter: int) -> float:
    if quarter == len(QUARTERS) and (year, WHOLE) in told:
        return told[year, WHOLE]
    last = year * 4 + quarter - 1
    return math.fsum(_one(told, each // 4, each % 4) for each in range(last - 3, last + 1))


def _one(told: Mapping[tuple[int, str], float], year: int, at: int) -> float:
    """A quarter's earnings; the last one's are the year's less the three others', where only these were told."""
    if (year, QUARTERS[at]) in told:
        return told[year, QUARTERS[at]]
    if at < 3 or (year, WHOLE) not in told:
        return math.nan
    return told[year, WHOLE] - math.fsum(told.get((year, each), math.nan) for each in QUARTERS[:3])
