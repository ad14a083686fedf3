"""What an underlying pays, and what the volatilities of the simulated market say with it."""

from __future__ import annotations

import numpy as np
import polars as pl

from scanwright.app.chains import kept
from scanwright.data.options.completing import Assumed
from scanwright.data.simulated import simulate
from scanwright.store.market import create


def test_given_volatilities_agree_with_the_quotes_where_the_market_knows_what_is_paid(tmp_path):
    made = simulate(symbols=12, years=1, seed=7)
    chain = made.chain("SPY", made.ts[-1])
    taken = chain.with_columns(pl.lit("simulated").alias("provider"), pl.col("quoted").alias("taken"))
    knows, blank = (create(tmp_path / name, name=name) for name in ("knows", "blank"))
    knows.put("dividends", made.table("dividends"), source="simulated")
    without, _ = kept(blank, taken, Assumed(), "simulated")
    found, _ = kept(knows, taken, Assumed(), "simulated")
    assert without.belied > len(chain) / 4
    assert found.belied < len(chain) / 50
    assert knows.chain("SPY")["rate"].unique().to_list() == [0.04]  # as it was told, for whoever takes it from here


def test_what_is_said_stands_before_what_the_market_knows(tmp_path):
    made = simulate(symbols=12, years=1, seed=7)
    chain = made.chain("SPY", made.ts[-1]).with_columns(pl.lit(None, dtype=pl.Float64).alias("implied_volatility"))
    taken = chain.with_columns(pl.lit("simulated").alias("provider"), pl.col("quoted").alias("taken"))
    market = create(tmp_path / "market", name="market")
    market.put("dividends", made.table("dividends"), source="simulated")
    kept(market, taken, Assumed(rate=0.01, dividend_yield=0.0), "simulated")
    stored = market.chain("SPY").filter(pl.col("implied_from") == "computed")
    assert len(stored)
    assert np.unique(stored.select("rate", "dividend_yield").to_numpy(), axis=0).tolist() == [[0.01, 0.0]]
