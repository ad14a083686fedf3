"""A short script with polars and TA-Lib: today's hits of the seven-term scan from a Parquet file sorted by symbol.

It reads only the columns that it needs, slices arrays instead of frames, and leaves a symbol at the first term that
fails.
"""

from __future__ import annotations

import sys

sys.modules["pandas"] = None  # talib imports it where it is installed, and would lose a second or more

import polars as pl  # noqa: E402 - after the line above
import talib  # noqa: E402

bars = pl.read_parquet(sys.argv[1], columns=["symbol", "high", "low", "close", "volume"])
arrays = [bars[name].to_numpy() for name in ("high", "low", "close", "volume")]
start, hits = 0, []
for symbol, count in bars["symbol"].rle().struct.unnest().select("value", "len").iter_rows():
    high, low, close, volume = (each[start : start + count] for each in arrays)
    start += count
    if (
        close[-1] > talib.SMA(close, 200)[-1]
        and talib.RSI(close, 14)[-1] < 40
        and volume[-1] > 1.2 * talib.SMA(volume, 20)[-1]
        and close[-1] > 0.75 * talib.MAX(high, 252)[-1]
        and talib.ATR(high, low, close, 14)[-1] / close[-1] < 0.05
        and talib.MACD(close, 12, 26, 9)[2][-1] < 0
        and talib.BBANDS(close, 20, 2.0, 2.0)[2][-1] < 1.05 * low[-1]
    ):
        hits.append(symbol)
print("\n".join(hits))
