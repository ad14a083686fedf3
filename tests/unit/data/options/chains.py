"""Chains that a known volatility priced, for tests that look for it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from scanwright.data.options import european
from scanwright.data.options.completing import expires
from scanwright.data.options.contracts import named
from scanwright.data.options.terms import YEAR, Options
from scanwright.store.chains import CHAIN

TAKEN = dt.datetime(2025, 3, 3, 20, tzinfo=dt.UTC)


def priced(
    volatility, *, days=(11, 25, 46, 74), strikes=range(70, 135, 5), spot=100.0, rate=0.03, spread=0.0, taken=TAKEN
):
    """A chain whose middles are Black and Scholes's at a volatility (of strike and years), sides half a spread away."""
    rows = [(taken.date() + dt.timedelta(days=day), float(strike)) for day in days for strike in strikes]
    frame = pl.DataFrame(
        {
            "underlying": "XYZ",
            "expiry": [expiry for expiry, _ in rows for _ in "cp"],
            "strike": [strike for _, strike in rows for _ in "cp"],
            "right": ["call", "put"] * len(rows),
            "style": "european",
            "volume": [30.0, 12.0] * len(rows),
            "underlying_price": spot,
            "provider": "tests",
            "taken": taken,
        }
    )
    years = (expires(frame["expiry"].to_numpy(), "us_stocks") - taken.timestamp()) / (YEAR * 86_400)
    options = Options(
        spot=np.full(len(frame), spot),
        strike=frame["strike"].to_numpy(),
        years=years,
        call=(frame["right"] == "call").to_numpy().astype(np.uint8),
        rate=rate,
    )
    worth = european.price(options, np.vectorize(volatility)(options.strike, years))
    sides = {"bid": worth - spread / 2, "ask": worth + spread / 2}
    full = frame.with_columns(named(), **{name: pl.Series(values) for name, values in sides.items()})
    lacking = [pl.lit(None, dtype=kind).alias(name) for name, kind in CHAIN.items() if name not in full.columns]
    return full.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in CHAIN.items())
