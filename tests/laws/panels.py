"""Markets for the laws: small panels with holes, late listings, sectors and a split, daily or intraday.

Hypothesis draws a `Market`, which is a recipe; the panel is made from it by seed, so that a failure names all it needs.
Values within bars are never missing: what a missing value does has tests of its own.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Literal

import hypothesis.strategies as st
import numpy as np
from hypothesis import HealthCheck, Phase, seed, settings

from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute, Panel, Split
from scanwright.store.dated import dated_of, derived
from tests.laws.happenings import tables

# Not in alphabetical order: what looks across symbols goes by their keys, not by their columns.
SYMBOLS = ("MMM", "SPY", "AAPL", "ZION", "BA")
TIMES = 330  # the longest warm-up among the examples is 252 bars
INTRADAY_SESSIONS = 15

_FEW = settings(
    max_examples=3, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def law(test):
    """Few examples for each of the hundreds of things that a law is run on; the same ones every time.

    Hypothesis tries the simplest example first, so the strategies here have an interesting one for it.
    """
    return seed(20150102)(_FEW(test))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Market:
    """What a panel is made from. `late` and `holes` concern every second symbol, so that some never lack a bar."""

    seed: int
    holes: float = 0.0
    late: int = 0
    session: Literal["regular", "extended"] = "regular"

    def daily(self) -> Panel:
        """330 sessions of five symbols, of stocks or of what is always open."""
        return _daily(self)

    def intraday(self) -> Panel:
        """15 sessions of 30 minutes, with the hours before and after."""
        return _intraday(self)


@st.composite
def panels(draw, *, holes=True):
    """Markets, with holes and late listings or without."""
    return Market(
        seed=draw(st.integers(0, 2**20)),
        holes=draw(st.sampled_from([0.05, 0.4, 0.0])) if holes else 0.0,
        late=draw(st.sampled_from([40, 1, 0])) if holes else 0,
        session=draw(st.sampled_from(["regular", "extended"])),
    )


@lru_cache(maxsize=64)
def _daily(market: Market) -> Panel:
    first = np.datetime64("2015-01-02")
    name: Literal["us_stocks", "always_open"] = "always_open" if market.seed % 2 else "us_stocks"
    days = calendar(name).sessions(first, first + 2 * TIMES)[:TIMES]
    return _walk(market, days.astype("M8[s]"), Interval.DAY, name)


@lru_cache(maxsize=64)
def _intraday(market: Market) -> Panel:
    days = np.arange(np.datetime64("2015-03-02"), np.datetime64("2015-03-02") + 3 * INTRADAY_SESSIONS)
    days = days[np.is_busday(days)][:INTRADAY_SESSIONS].astype("M8[m]")
    # 08:00 to 17:30 in New York on both sides of its change to summer time on the 8th of March.
    ahead = np.where(days < np.datetime64("2015-03-08"), 5, 4)
    minutes = 8 * 60 + 30 * np.arange(1, 20)
    ts = (days + 60 * ahead)[:, None] + minutes
    return _walk(market, ts.ravel().astype("M8[s]"), Interval.MINUTES_30, "us_stocks")


def _walk(market: Market, ts: np.ndarray, interval: Interval, name: Literal["us_stocks", "always_open"]) -> Panel:
    random = np.random.default_rng(market.seed)
    shape = len(ts), len(SYMBOLS)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=0))
    close = np.round(close, 2)  # so that neighbours are equal now and then
    open_ = np.round(close * np.exp(random.normal(0, 0.008, shape)), 2)
    high = np.maximum(open_, close) * (1 + np.abs(random.normal(0, 0.006, shape)))
    low = np.minimum(open_, close) * (1 - np.abs(random.normal(0, 0.006, shape)))
    volume = np.round(random.lognormal(12, 0.6, shape))
    bar = np.ones(shape, np.uint8)
    bar[:, ::2] = random.random(bar[:, ::2].shape) >= market.holes
    bar[: market.late, ::2] = 0
    fields = {"open": open_, "high": high, "low": low, "close": close, "volume": volume}
    dated, facts = dated_of(derived(tables(market.seed, ts[0], ts[-1]), SYMBOLS, name), len(SYMBOLS))
    return Panel(
        interval=interval,
        symbols=SYMBOLS,
        ts=ts,
        fields={name: np.where(bar == 1, values, np.nan) for name, values in fields.items()},
        bar=bar,
        attributes={
            "sector": Attribute(
                codes=np.array([0, -1 if market.holes else 0, 1, 1, 0], np.int32),
                names=("Energy", "Technology"),
                dated=True,
            ),
            "float": Attribute(numbers=np.array([1e6, np.nan, 2e7, 3e8, 4e5])),
            **facts,
        },
        dated=dated,
        splits=(Split(symbol="AAPL", date=ts[len(ts) // 3], ratio=7.0),),
        calendar=name,
        data_hash=f"seed {market.seed}",
        market="the laws' market",
    )
