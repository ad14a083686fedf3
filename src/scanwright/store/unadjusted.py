"""Signs that prices are not adjusted for splits: jumps by a simple ratio on ordinary trade."""

from __future__ import annotations

import math

import polars as pl

RATIOS = (1.5, *range(2, 11), 12, 15, 20, 25, 30, 40, 50, 100)
NEAR_OPEN = 0.05
NEAR_CLOSE = 0.10
LARGE = 0.35  # logarithm; 3:2 is 0.405
LOUD = 4.0  # times the usual turnover
SHOWN = 3


def split_like(bars: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """The bars that look like the first after an unknown split: `symbol`, `ts`, `ratio` of close to the close before.

    An index without volume is never split. bars: sorted by symbol and ts. splits: the known ones, `symbol` and `date`.
    """
    before = pl.col("close").shift()
    same = pl.col("symbol") == pl.col("symbol").shift()
    gap, move = (pl.col("open") / before).log(), (pl.col("close") / before).log()
    found = bars.with_row_index("at").filter(same & (gap.abs() > LARGE) & (move.abs() > LARGE))
    if found.is_empty():
        return bars.select("symbol", "ts", pl.col("close").alias("ratio")).clear()
    known = splits.select("symbol", pl.col("date").alias("day"), pl.lit(value=True).alias("known"))
    close = bars["close"]
    turnover = bars.select("symbol", (pl.col("close") * pl.col("volume")).alias("dollars"))
    found = found.with_columns((close.gather(found["at"]) / close.gather(found["at"] - 1)).alias("ratio"))
    found = found.with_columns((pl.col("open") / pl.col("close") * pl.col("ratio")).alias("gap"))
    found = found.filter(_simple())
    places = zip(found["at"], found["symbol"], strict=True)
    usual = pl.Series("usual", [_usual(turnover, at, symbol) for at, symbol in places], dtype=pl.Float64)
    return (
        found.with_columns(usual)
        .filter((pl.col("usual") > 0) & (pl.col("close") * pl.col("volume") <= LOUD * pl.col("usual")))
        .with_columns(pl.col("ts").cast(pl.Date).alias("day"))
        .join(known, on=["symbol", "day"], how="left", maintain_order="left")
        .filter(pl.col("known").is_null())
        .select("symbol", "ts", "ratio")
    )


def said(jumps: pl.DataFrame) -> tuple[str, ...]:
    """One warning that names the first few, or none."""
    if jumps.is_empty():
        return ()
    shown = ", ".join(f"{symbol} {ts:%Y-%m-%d} x{ratio:.3g}" for symbol, ts, ratio in jumps.head(SHOWN).iter_rows())
    more = " ..." if len(jumps) > SHOWN else ""
    noun = "split-like jump" if len(jumps) == 1 else "split-like jumps"
    return (
        f"prices look unadjusted: {len(jumps)} {noun}: {shown}{more}; import a table of splits (symbol, date, ratio)",
    )


def _usual(turnover: pl.DataFrame, at: int, symbol: str) -> float:
    """The median turnover of the symbol's 20 bars before a place."""
    before = turnover[max(0, at - 20) : at].filter(pl.col("symbol") == symbol)["dollars"].median()
    return float(before) if isinstance(before, (int, float)) else 0.0


def _simple() -> pl.Expr:
    """Whether open and close are both near one simple ratio."""
    logs = [sign * math.log(ratio) for ratio in RATIOS for sign in (1, -1)]
    gap, move = pl.col("gap").log(), pl.col("ratio").log()
    return pl.any_horizontal(((gap - log).abs() <= NEAR_OPEN) & ((move - log).abs() <= NEAR_CLOSE) for log in logs)
