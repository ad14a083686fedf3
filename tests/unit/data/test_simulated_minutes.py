"""Minutes of the simulated market: together they are the day."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.data.simulated import simulate
from scanwright.data.simulated.minutes import regular_minutes
from scanwright.model.calendars import calendar
from scanwright.model.errors import SettingsError, UnknownSymbol
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS


@pytest.fixture(scope="module")
def market():
    return simulate(symbols=60, years=1, seed=3)


@st.composite
def days(draw):
    """Open, high, low, close in cents, and a volume."""
    low = draw(st.integers(1, 100_000))
    high = low + draw(st.integers(0, 5_000))
    op, close = (draw(st.integers(low, high)) for _ in range(2))
    return np.array([op / 100, high / 100, low / 100, close / 100, float(draw(st.integers(1, 10**7)))])


@given(
    whole=days(),
    count=st.sampled_from([210, 390]),
    seed=st.integers(0, 1000),
    news=st.lists(st.integers(-60, 400), max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_minutes_make_up_their_day(whole, count, seed, news):
    bars = regular_minutes(whole, count, np.array(news, np.int64), np.random.default_rng(seed))
    op, high, low, close, volume = bars.values.T
    assert [op[0], high.max(), low.min(), close[-1], volume.sum()] == whole.tolist()
    assert ((low <= np.minimum(op, close)) & (np.maximum(op, close) <= high)).all()
    assert (volume >= 1).all()
    assert (op[1:] == close[:-1]).all()
    assert ((bars.end % 60 == 0) & (bars.end > 0) & (bars.end <= count * 60)).all()
    assert (np.diff(bars.end) > 0).all()


@pytest.mark.parametrize("interval", [Interval.MINUTE, Interval.MINUTES_5, Interval.MINUTES_30])
def test_bars_of_minutes_aggregate_to_the_daily_ones(market, interval):
    symbols = market.symbols[:20]
    table = market.minutes(symbols, first=market.ts[-15], last=market.ts[-1], interval=interval)
    day = table["ts"].dt.convert_time_zone("America/New_York").dt.date()
    whole = (
        table.with_columns(day.alias("day"))
        .group_by("symbol", "day")
        .agg(pl.first("open"), pl.max("high"), pl.min("low"), pl.last("close"), pl.sum("volume"))
        .sort("symbol", "day")
        .rename({"day": "ts"})
    )
    kept = market.bars().filter(pl.col("symbol").is_in(symbols), pl.col("ts") >= market.ts[-15].astype("M8[D]").item())
    assert whole.equals(kept.cast({"volume": pl.Float64}).sort("symbol", "ts"))


def test_an_early_close_is_kept():
    market = simulate(symbols=5, years=0.2, seed=3, last=np.datetime64("2025-11-28"))
    table = market.minutes(["SPY"], first=market.ts[-1], last=market.ts[-1])
    assert str(table["ts"].max()) == "2025-11-28 18:00:00+00:00"


def test_the_same_whatever_else_is_asked(market):
    alone = market.minutes([market.symbols[3]], first=market.ts[-2], last=market.ts[-2])
    among = market.minutes(market.symbols[:6], first=market.ts[-5], last=market.ts[-1])
    ts = alone["ts"]
    assert among.filter((pl.col("symbol") == market.symbols[3]) & pl.col("ts").is_in(ts.implode())).equals(alone)


def test_extended_hours_lie_around_the_session(market):
    regular = market.minutes(["SPY"], first=market.ts[-3], last=market.ts[-1])
    extended = market.minutes(["SPY"], first=market.ts[-3], last=market.ts[-1], extended=True)
    more = extended.join(regular, on=["symbol", "ts"], how="anti")
    assert extended.height == regular.height + more.height
    assert regular.join(extended, on=regular.columns, how="anti").is_empty()
    assert more["volume"].sum() < 0.2 * regular["volume"].sum()
    placed = calendar("us_stocks").period(
        extended["ts"].dt.epoch("s").to_numpy().astype("M8[s]"),
        Interval.DAY,
        frames=Interval.MINUTE,
        session="extended",
    )
    assert len(np.unique(placed[0])) == 3
    assert placed[0].min() > 0


def test_what_is_not_offered_is_refused(market):
    with pytest.raises(SettingsError, match="an interval of 1m"):
        market.minutes(["SPY"], first=market.ts[0], last=market.ts[1], interval=Interval.HOUR)
    with pytest.raises(UnknownSymbol):
        market.minutes(["NOBODY"], first=market.ts[0], last=market.ts[1])


def test_nothing_between_dates_without_sessions(market):
    table = market.minutes(["SPY"], first=np.datetime64("2025-12-27"), last=np.datetime64("2025-12-28"))
    assert table.columns == ["symbol", "ts", *FIELDS]
    assert table.is_empty()
