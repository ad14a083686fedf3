"""The figures of a chain, where what is true is known."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.data.options.figures import LEAST, facts_of, figures, iv_ranks
from scanwright.store.tables import SCHEMAS
from tests.unit.data.options.chains import TAKEN, priced


@settings(deadline=None, max_examples=20)
@given(st.floats(0.08, 1.2), st.floats(0, 0.08))
def test_of_a_flat_surface_iv30_is_the_volatility(volatility, rate):
    chain = priced(lambda strike, years: volatility, rate=rate, strikes=range(60, 150, 2))
    assert figures(chain, "us_stocks", rate)["iv30"] == pytest.approx(100 * volatility, rel=1e-4)


def test_between_two_expiries_the_variance_is_in_line():
    chain = priced(lambda strike, years: 0.2 if years < 30 / 365 else 0.4, strikes=range(80, 121))
    first, last = 25, 45  # the 46th day is Good Friday
    before, after = 0.2**2 * first, 0.4**2 * last
    expected = math.sqrt((before + (after - before) * (30 - first) / (last - first)) / 30)
    assert figures(chain, "us_stocks", 0.03)["iv30"] == pytest.approx(100 * expected, rel=1e-3)


def test_the_forward_is_the_markets_not_the_spots():
    """A dividend that nobody told of moves the forward and not the volatility."""
    chain = priced(lambda strike, years: 0.3, spot=97.0, strikes=range(60, 140))
    told = chain.with_columns(underlying_price=pl.lit(100.0))
    assert figures(told, "us_stocks", 0.03)["iv30"] == pytest.approx(30, rel=1e-3)


@pytest.mark.parametrize("days", [(11, 25), (46, 74), (1, 200), ()])
def test_expiries_that_do_not_reach_around_thirty_days_have_no_iv30(days):
    chain = priced(lambda strike, years: 0.3, days=days or (25, 46))
    chain = chain if days else chain.with_columns(bid=pl.lit(0.0))
    assert "iv30" not in figures(chain, "us_stocks", 0.03)


def test_volumes():
    chain = priced(lambda strike, years: 0.3)
    found = figures(chain, "us_stocks", 0.03)
    pairs = len(chain) // 2
    assert found["option_volume"] == 42 * pairs
    assert found["put_call"] == pytest.approx(0.4)
    quiet = chain.with_columns(volume=pl.when(pl.col("right") == "put").then(5.0).otherwise(0.0))
    assert "put_call" not in figures(quiet, "us_stocks", 0.03)
    unknown = chain.with_columns(volume=pl.lit(None, dtype=pl.Float64))
    assert {"option_volume", "put_call"}.isdisjoint(figures(unknown, "us_stocks", 0.03))


def test_the_expected_move_is_the_straddle_at_the_money():
    chain = priced(lambda strike, years: 0.3)
    sides = chain.filter((pl.col("strike") == 100) & (pl.col("expiry") == chain["expiry"].min()))["bid"].sum()
    assert figures(chain, "us_stocks", 0.03)["expected_move"] == pytest.approx(sides)
    # Brenner and Subrahmanyam: a straddle at the money is about spot x volatility x sqrt(2 years / pi).
    assert sides == pytest.approx(100 * 0.3 * math.sqrt(2 * 11 / 365 / math.pi), rel=0.02)


def test_contracts_that_deliver_something_else_take_no_part():
    chain = priced(lambda strike, years: 0.3)
    adjusted = chain.with_columns(multiplier=pl.lit(10.0), contract="X" + pl.col("contract"), bid=pl.col("bid") * 7)
    both = pl.concat([chain, adjusted])
    assert figures(both, "us_stocks", 0.03)["iv30"] == figures(chain, "us_stocks", 0.03)["iv30"]


def test_given_volatilities_take_no_part():
    chain = priced(lambda strike, years: 0.3)
    wrong = chain.with_columns(implied_volatility=pl.lit(46.0))
    assert figures(wrong, "us_stocks", 0.03) == figures(chain, "us_stocks", 0.03)


def test_a_fact_is_known_when_the_provider_could_tell():
    late = priced(lambda strike, years: 0.3).with_columns(delayed_seconds=pl.lit(900.0))
    found = facts_of(late, "us_stocks", 0.03)
    assert found.schema == SCHEMAS["facts"]
    assert set(found["known"]) == {TAKEN + dt.timedelta(minutes=15)}
    assert set(found["symbol"]) == {"XYZ"}
    assert len(found) == 4
    assert facts_of(late.clear(), "us_stocks").is_empty()


def days_of(values, symbol="A", start=TAKEN):
    return pl.DataFrame(
        {
            "symbol": symbol,
            "fact": "iv30",
            "known": [start + dt.timedelta(days=at) for at in range(len(values))],
            "value": [float(value) for value in values],
        },
        schema=SCHEMAS["facts"],
    )


def test_a_rank_stands_between_the_least_and_the_highest_of_a_year():
    values = np.random.default_rng(3).uniform(10, 60, 500)
    found = iv_ranks(days_of(values))
    assert len(found) == 500 - LEAST + 1
    at = 450
    year = values[at - 364 : at + 1]
    expected = 100 * (values[at] - year.min()) / (year.max() - year.min())
    known = TAKEN + dt.timedelta(days=at)
    assert found.filter(pl.col("known") == known)["value"][0] == pytest.approx(expected)
    assert found["value"].is_between(0, 100).all()


def test_what_comes_later_changes_no_rank():
    values = np.random.default_rng(4).uniform(10, 60, 200)
    whole, part = iv_ranks(days_of(values)), iv_ranks(days_of(values[:120]))
    assert whole.head(len(part)).equals(part)


def test_too_few_days_or_all_alike_have_no_rank():
    assert iv_ranks(days_of(range(LEAST - 1))).is_empty()
    assert iv_ranks(days_of([20] * 100)).is_empty()
    many = pl.concat([days_of(range(30)), days_of(range(31, 60), symbol="B")])
    assert iv_ranks(many).is_empty()


def test_what_is_not_given_any_more_is_not_known_any_more():
    good = priced(lambda strike, years: 0.3)
    later = good.with_columns(
        pl.col("taken") + pl.duration(hours=1), bid=pl.lit(0.0), volume=pl.lit(None, dtype=pl.Float64)
    )
    facts = facts_of(pl.concat([good, later]), "us_stocks", 0.03)
    last = facts.filter(pl.col("known") == TAKEN + dt.timedelta(hours=1))
    assert set(last["fact"]) == {"iv30", "option_volume", "put_call", "expected_move"}
    assert last["value"].is_nan().all()


def test_a_rank_ceases_with_its_volatility():
    values = [*range(20, 90), math.nan, math.nan, 50]
    found = iv_ranks(days_of(values))
    assert found["value"].to_list()[-3:] == pytest.approx([100, math.nan, 100 * 30 / 69], nan_ok=True)
    assert not found["value"].head(-2).is_nan().any()


def test_two_snapshots_of_a_day_are_one_day():
    twice = pl.concat([days_of(range(40)), days_of(range(40), start=TAKEN + dt.timedelta(hours=1))])
    assert iv_ranks(twice).is_empty()
