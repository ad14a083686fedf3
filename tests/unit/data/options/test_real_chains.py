"""Real chains with their known dirt: what is computed stands beside what their providers gave."""

from __future__ import annotations

import polars as pl
import pytest

from scanwright.data.options.completing import GREEKS, Assumed, completed
from scanwright.data.options.figures import facts_of, figures
from scanwright.data.options.shapes import Unsaid, read_chains
from scanwright.store.chains import checked_chains

pytest.importorskip("QuantLib", reason="the library QuantLib is not installed")


def chain_of(path, **unsaid):
    return checked_chains(read_chains(path, Unsaid(**unsaid)).frame, path.name)


def bare(chain):
    """The chain without what was given of volatility."""
    return chain.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in ("implied_volatility", *GREEKS))


@pytest.fixture(scope="module")
def ford(shared_data):
    """Recorded from TD Ameritrade: a third of the volatilities are sound, others are 400 to 5000 percent or none."""
    return chain_of(shared_data / "options/f_chain_snapshot_2020-12-09.parquet")


@pytest.fixture(scope="module")
def lean(shared_data):
    """Middles with volatilities that are wrong almost everywhere, on both sides of AAPL's split."""
    return chain_of(shared_data / "options/aapl_twx_chain_greeks_2014.parquet")


def test_where_the_given_ones_are_sound_ours_are_near(ford):
    mine = completed(bare(ford), Assumed(rate=0.001), "us_stocks").frame
    both = ford.join(mine, on="contract", suffix=" mine")
    sound = both.filter(pl.col("implied_volatility").is_between(0.2, 1.0), pl.col("delta").abs().is_between(0.1, 0.9))
    off = {name: (sound[name] - sound[f"{name} mine"]).abs() for name in ("implied_volatility", *GREEKS[:4])}
    assert len(sound) > 90
    assert off["implied_volatility"].median() < 0.015  # they give one volatility for call and put
    assert off["delta"].quantile(0.8) < 0.03
    assert off["gamma"].quantile(0.8) < 0.03
    assert off["theta"].quantile(0.8) < 0.002
    assert off["vega"].quantile(0.8) < 0.002


def test_out_of_the_money_every_quoted_contract_has_a_volatility(ford):
    done = completed(bare(ford), Assumed(rate=0.001), "us_stocks")
    assert sum(done.volatilities.values()) == len(ford)
    outside = (pl.col("strike") > pl.col("underlying_price")) == (pl.col("right") == "call")
    near = done.frame.filter(outside, pl.col("strike").is_between(8, 11), pl.col("bid") > 0.02)
    assert set(near["implied_from"]) == {"computed"}
    assert near["implied_volatility"].is_between(0.2, 1.0).mean() > 0.95


def test_given_volatilities_that_belie_the_market_are_kept_and_counted(ford, lean):
    done = completed(ford, Assumed(rate=0.001), "us_stocks")
    given = done.frame.filter(pl.col("implied_from") == "given")
    assert given["implied_volatility"].max() > 50
    assert 40 < done.belied < 0.3 * len(given)
    wrong = completed(lean, Assumed(rate=0.0025), "us_stocks")
    assert wrong.belied > 0.8 * wrong.volatilities["given"]


def test_figures_are_sound_beside_given_ones_that_are_not(ford, lean):
    found = figures(ford, "us_stocks", 0.001)
    # The provider's own sound ones of the expiries around 30 days: 35.6 to 42 percent.
    assert 35 < found["iv30"] < 42
    assert found["option_volume"] == ford["volume"].sum()
    facts = facts_of(lean, "us_stocks", 0.0025)
    volatility = facts.filter(pl.col("symbol") == "AAPL", pl.col("fact") == "iv30")["value"].fill_nan(None).drop_nulls()
    assert len(volatility) >= 10
    assert volatility.is_between(18, 25).all()


def test_the_day_of_mixed_strikes_has_no_figure(lean):
    """On 06-06 the file says the price of after the split beside the strikes of before."""
    mixed = lean.filter(pl.col("underlying") == "AAPL", pl.col("taken").dt.date() == pl.date(2014, 6, 6))
    assert {"iv30", "expected_move"}.isdisjoint(figures(mixed, "us_stocks"))


def test_options_of_an_index_whose_price_nobody_says_have_none_made_up(shared_data):
    chain = chain_of(shared_data / "options/spx_spxw_1m_2021-01.parquet")
    assert set(chain["style"]) == {"european"}
    assert set(completed(chain, Assumed(), "us_stocks").volatilities) == {"no price of the underlying"}
    told = completed(chain.with_columns(underlying_price=pl.lit(3800.0)), Assumed(), "us_stocks")
    crossed = chain.filter((pl.col("bid") > pl.col("ask")) & (pl.col("ask") > 0))
    assert told.volatilities["bid above ask"] == len(crossed)
    assert told.volatilities["computed"] > 0.4 * len(chain)
