"""The seven-term scan as scanwright and each of its peers say it; every one gives yes/no for every symbol and day.

Heavy libraries load within the functions that use them, so that a bench pays only for what it compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold
from scanwright.engine.plan import Plan, plan
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.panel import Panel

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

SEVEN = (
    "close > sma(200) and rsi(14) < 40 and volume > 1.2 * sma(volume, 20) and close > 0.75 * highest(high, 252) "
    "and atr(14) / close < 0.05 and macd(12, 26, 9).hist < 0 and bollinger(20, 2).lower < 1.05 * low"
)
FIELDS = ("high", "low", "close", "volume")
Floats = NDArray[np.float64]
Hits = NDArray[np.bool_]


def planned(text: str = SEVEN) -> Plan:
    """The plan of a condition."""
    return plan({"where": read(text, catalogue())}, Typing(catalogue()))


def folded(rule: Plan, panel: Panel, threads: int = 2) -> Hits:
    """Scanwright: the panel folded in blocks; reading the text and planning are not part of it."""
    return Fold.over(rule, panel, threads=threads).advance(panel)["where"] == 1


def talib_symbol(high: Floats, low: Floats, close: Floats, volume: Floats) -> Hits:
    """TA-Lib on one symbol's own bars; a comparison with a missing value is no."""
    import talib

    histogram = talib.MACD(close, 12, 26, 9)[2]
    lower = talib.BBANDS(close, 20, 2.0, 2.0)[2]
    hit = close > talib.SMA(close, 200)
    hit &= talib.RSI(close, 14) < 40
    hit &= volume > 1.2 * talib.SMA(volume, 20)
    hit &= close > 0.75 * talib.MAX(high, 252)
    hit &= talib.ATR(high, low, close, 14) / close < 0.05
    hit &= histogram < 0
    hit &= lower < 1.05 * low
    return hit


def polars_terms(kind: str) -> pl.Expr:
    """The condition in polars' own functions (`polars`), or in those of the plugin (`polars_talib`)."""
    return _plugin() if kind == "polars_talib" else _own()


def _own() -> pl.Expr:
    """Wilder's means and MACD start from the first value here: polars has no seed by a mean."""
    import polars as pl

    high, low, close, volume = (pl.col(name) for name in FIELDS)
    before = close.shift(1)
    moved = close - before
    up = moved.clip(lower_bound=0).ewm_mean(alpha=1 / 14, adjust=False, min_samples=14)
    down = (-moved).clip(lower_bound=0).ewm_mean(alpha=1 / 14, adjust=False, min_samples=14)
    true_range = pl.max_horizontal(high - low, (high - before).abs(), (low - before).abs())
    macd = close.ewm_mean(span=12, adjust=False) - close.ewm_mean(span=26, adjust=False)
    lower = close.rolling_mean(20) - 2 * close.rolling_std(20, ddof=0)
    return (
        (close > close.rolling_mean(200))
        & (100 * up / (up + down) < 40)
        & (volume > 1.2 * volume.rolling_mean(20))
        & (close > 0.75 * high.rolling_max(252))
        & (true_range.ewm_mean(alpha=1 / 14, adjust=False, min_samples=14) / close < 0.05)
        & (macd - macd.ewm_mean(span=9, adjust=False) < 0)
        & (lower < 1.05 * low)
    )


def _plugin() -> pl.Expr:
    import polars as pl
    import polars_talib as ta

    high, low, close, volume = (pl.col(name) for name in FIELDS)
    return (
        (close > ta.sma(close, 200))
        & (ta.rsi(close, 14) < 40)
        & (volume > 1.2 * ta.sma(volume, 20))
        & (close > 0.75 * ta.max(high, 252))
        & (ta.atr(high, low, close, 14) / close < 0.05)
        & (ta.macd(close, 12, 26, 9).struct.field("macdhist") < 0)
        & (ta.bbands(close, 20, 2.0, 2.0).struct.field("lowerband") < 1.05 * low)
    )


def pandas_frames(high: pd.DataFrame, low: pd.DataFrame, close: pd.DataFrame, volume: pd.DataFrame) -> pd.DataFrame:
    """Pandas on wide frames, one column a symbol."""
    import pandas as pd

    moved = close.diff()
    up = moved.clip(lower=0).ewm(alpha=1 / 14, adjust=False, min_periods=14).mean()
    down = (-moved).clip(lower=0).ewm(alpha=1 / 14, adjust=False, min_periods=14).mean()
    before = close.shift(1)
    true_range = pd.DataFrame(
        np.fmax(np.fmax((high - low).to_numpy(), (high - before).abs().to_numpy()), (low - before).abs().to_numpy())
    )
    macd = close.ewm(span=12, adjust=False).mean() - close.ewm(span=26, adjust=False).mean()
    lower = close.rolling(20).mean() - 2 * close.rolling(20).std(ddof=0)
    return (
        (close > close.rolling(200).mean())
        & (100 * up / (up + down) < 40)
        & (volume > 1.2 * volume.rolling(20).mean())
        & (close > 0.75 * high.rolling(252).max())
        & (true_range.ewm(alpha=1 / 14, adjust=False, min_periods=14).mean() / close < 0.05)
        & (macd - macd.ewm(span=9, adjust=False).mean() < 0)
        & (lower < 1.05 * low)
    )


def vectorbt_frames(high: pd.DataFrame, low: pd.DataFrame, close: pd.DataFrame, volume: pd.DataFrame) -> Hits:
    """The indicators of vectorbt on wide frames, and its rolling maximum where it has no indicator.

    Its exponential means know spans only; Wilder's of 14 is a span of 27.
    """
    import vectorbt as vbt

    def of(indicator: object, name: str) -> Floats:
        return getattr(indicator, name).to_numpy()

    price = close.to_numpy()
    highest = high.vbt.rolling_max(252, minp=252).to_numpy()
    return (
        (price > of(vbt.MA.run(close, 200), "ma"))
        & (of(vbt.RSI.run(close, 27, ewm=True), "rsi") < 40)
        & (volume.to_numpy() > 1.2 * of(vbt.MA.run(volume, 20), "ma"))
        & (price > 0.75 * highest)
        & (of(vbt.ATR.run(high, low, close, 27), "atr") / price < 0.05)
        & (of(vbt.MACD.run(close, 12, 26, 9, macd_ewm=True, signal_ewm=True), "hist") < 0)
        & (of(vbt.BBANDS.run(close, 20, alpha=2), "lower") < 1.05 * low.to_numpy())
    )
