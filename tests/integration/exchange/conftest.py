"""One simulated market on the disk, served by exchanges of different behaviour over real sockets."""

from __future__ import annotations

import pytest

from scanwright.data.simulated import simulate
from scanwright.store.market import create


@pytest.fixture(scope="session")
def made():
    """120 symbols over two years; the last 5 days of 10 of them by the minute."""
    return simulate(symbols=120, years=2, seed=5)


@pytest.fixture(scope="session")
def market(made, tmp_path_factory):
    stored = create(tmp_path_factory.mktemp("exchange") / "market", name="served")
    made.write(stored, minutes=[*made.symbols[:9], "SPY"], chains=["SPY", *made.symbols[:20]])
    return stored


@pytest.fixture(scope="session")
def daily(made, tmp_path_factory):
    """The same market, daily bars alone."""
    stored = create(tmp_path_factory.mktemp("exchange") / "daily", name="served by the day")
    made.write(stored)
    return stored
