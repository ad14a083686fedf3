"""One simulated market on the disk, served by exchanges of different behaviour over real sockets."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.data.simulated import simulate
from scanwright.model.interval import Interval
from scanwright.store.market import create


@pytest.fixture(scope="session")
def made():
    """120 symbols over two years; the last 5 days of 10 of them by the minute."""
    return simulate(symbols=120, years=2, seed=5)


@pytest.fixture(scope="session")
def market(made, tmp_path_factory):
    stored = create(tmp_path_factory.mktemp("exchange") / "market", name="served")
    made.write(stored)
    minutes = made.minutes([*made.symbols[:9], "SPY"], first=made.ts[-5], last=made.ts[-1])
    stored.write(minutes, source="simulated", interval=Interval.MINUTE)
    chains = [made.chain(symbol, day) for symbol in ("SPY", *made.symbols[:20]) for day in made.ts[[-30, -1]]]
    for chain in (each for each in chains if each is not None):
        stored.keep_chain(taken(chain), source="simulated")
    return stored


@pytest.fixture(scope="session")
def daily(made, tmp_path_factory):
    """The same market, daily bars alone."""
    stored = create(tmp_path_factory.mktemp("exchange") / "daily", name="served by the day")
    made.write(stored)
    return stored


def taken(chain):
    """A chain as the store keeps it."""
    import polars as pl

    return chain.with_columns(pl.lit("simulated").alias("provider"), pl.col("quoted").alias("taken"))


def at(text: str) -> int:
    """A moment in seconds since 1970."""
    return int(np.datetime64(text, "s").astype(np.int64))
