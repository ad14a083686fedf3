"""Volume, bands and levels: our expressions beside TA-Lib's functions."""

from __future__ import annotations

import numpy as np
import talib

from tests.answers.evaluation import Bars, Case


def traded(bars: Bars) -> np.ndarray:
    """What bounds the error of a sum that never forgets: all that was traded until now."""
    return np.cumsum(bars.volume)


CASES = (
    Case(text="ad", answer=lambda b: talib.AD(b.high, b.low, b.close, b.volume), scale=traded),
    Case(text="adosc(3, 10)", answer=lambda b: talib.ADOSC(b.high, b.low, b.close, b.volume, 3, 10), scale=traded),
    Case(text="obv", answer=lambda b: talib.OBV(b.close, b.volume), scale=traded),
    Case(text="mfi(14)", answer=lambda b: talib.MFI(b.high, b.low, b.close, b.volume, 14)),
    Case(text="donchian(20).upper", answer=lambda b: talib.MAX(b.high, 20)),
    Case(text="donchian(20).lower", answer=lambda b: talib.MIN(b.low, 20)),
    Case(text="donchian(20).middle", answer=lambda b: talib.MIDPRICE(b.high, b.low, 20)),
    Case(text="keltner(20, 2, 10).middle", answer=lambda b: talib.EMA(b.close, 20)),
    Case(
        text="keltner(20, 2, 10).upper",
        answer=lambda b: talib.EMA(b.close, 20) + 2 * talib.ATR(b.high, b.low, b.close, 10),
    ),
    Case(
        text="chandelier_exit(22, 3).long",
        answer=lambda b: talib.MAX(b.high, 22) - 3 * talib.ATR(b.high, b.low, b.close, 22),
    ),
    Case(
        text="chandelier_exit(22, 3).short",
        answer=lambda b: talib.MIN(b.low, 22) + 3 * talib.ATR(b.high, b.low, b.close, 22),
    ),
)
