"""Option chains of the simulated market: prices that QuantLib agrees with, a smile, and somebody who knows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vollib.black_scholes_merton import black_scholes_merton

from scanwright.data.simulated import simulate
from scanwright.data.simulated.options import RATE
from scanwright.data.simulated.tree import Terms, greeks, values
from scanwright.store.chains import checked_chains

SPOTS, SIGMAS, YEARS = st.floats(5, 500), st.floats(0.1, 1.2), st.floats(0.01, 1.0)


@pytest.fixture(scope="module")
def market():
    return simulate(symbols=300, years=2, seed=3)


@pytest.fixture(scope="module")
def chain(market):
    return market.chain("SPY", market.ts[-1])


def terms(spot, sigma, years, dividend=0.0):
    strike = spot * np.repeat(np.linspace(0.7, 1.3, 9), 2)
    return Terms(
        spot=spot,
        strike=strike,
        years=np.full(strike.size, years),
        sigma=np.full(strike.size, sigma),
        call=np.tile([True, False], strike.size // 2),
        rate=0.04,
        dividend=dividend,
    )


@given(spot=SPOTS, sigma=SIGMAS, years=YEARS)
@settings(max_examples=40, deadline=None)
def test_a_call_without_dividends_is_worth_what_a_european_one_is(spot, sigma, years):
    asked = terms(spot, sigma, years)
    ours = values(asked)[::2]
    theirs = [black_scholes_merton("c", spot, strike, years, 0.04, sigma, 0.0) for strike in asked.strike[::2]]
    assert ours == pytest.approx(theirs, abs=0.002 * spot * max(sigma * np.sqrt(years), 0.02))


@given(spot=SPOTS, sigma=SIGMAS, years=YEARS, dividend=st.floats(0, 0.05))
@settings(max_examples=60, deadline=None)
def test_values_keep_their_bounds(spot, sigma, years, dividend):
    asked = terms(spot, sigma, years, dividend)
    value, told = greeks(asked)
    call = asked.call
    inner = np.where(call, spot - asked.strike, asked.strike - spot)
    assert (value >= inner - 1e-9).all()
    assert (value <= np.where(call, spot, asked.strike) + 1e-9).all()
    calls, puts = value[call], value[~call]
    strike = asked.strike[call]
    parity = calls - puts
    assert (parity <= spot - strike * np.exp(-0.04 * years) + 1e-6 * spot).all()
    assert (parity >= spot * np.exp(-dividend * years) - strike - 1e-6 * spot).all()
    assert (np.diff(calls) <= 1e-9).all()
    assert (np.diff(puts) >= -1e-9).all()
    assert ((told["delta"][call] >= -1e-6) & (told["delta"][call] <= 1 + 1e-6)).all()
    assert ((told["delta"][~call] <= 1e-6) & (told["delta"][~call] >= -1 - 1e-6)).all()
    assert (told["gamma"] >= 0).all()
    assert (told["theta"] <= 0).all()


def test_quantlib_agrees():
    ql = pytest.importorskip(
        "QuantLib", reason="pip install 'scanwright[greeks]' brings the oracle of American options"
    )
    today = ql.Date(2, 1, 2025)
    ql.Settings.instance().evaluationDate = today
    days, spot, sigma, dividend = 182, 100.0, 0.3, 0.03
    asked = terms(spot, sigma, days / 365, dividend)
    value, told = greeks(asked)
    count = ql.Actual365Fixed()
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(spot)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, dividend, count)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, 0.04, count)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), sigma, count)),
    )
    for at in range(value.size):
        kind = ql.Option.Call if asked.call[at] else ql.Option.Put
        option = ql.VanillaOption(
            ql.PlainVanillaPayoff(kind, asked.strike[at]), ql.AmericanExercise(today, today + days)
        )
        option.setPricingEngine(ql.FdBlackScholesVanillaEngine(process, 400, 400))
        assert value[at] == pytest.approx(option.NPV(), abs=0.02)
        assert told["delta"][at] == pytest.approx(option.delta(), abs=0.01)
        assert told["gamma"][at] == pytest.approx(option.gamma(), abs=0.002)
        if told["theta"][at]:
            assert told["theta"][at] == pytest.approx(option.theta() / 365, abs=0.002)


def test_a_chain_is_what_the_store_keeps(chain):
    kept = chain.with_columns(pl.lit("simulated").alias("provider"), pl.col("quoted").alias("taken"))
    assert checked_chains(kept, "simulated").height == chain.height
    assert chain["contract"].is_unique().all()
    assert (chain["bid"] < chain["ask"]).all()
    assert (chain["expiry"] > chain["quoted"].dt.date()).all()
    spread = (chain["ask"] - chain["bid"]) / chain["underlying_price"]
    assert spread.max() < 0.02


def test_the_same_day_gives_the_same_chain(market, chain):
    assert simulate(symbols=300, years=2, seed=3).chain("SPY", market.ts[-1]).equals(chain)


def test_low_strikes_cost_more_volatility_than_high_ones(chain):
    for _, month in chain.filter(pl.col("right") == "put").group_by("expiry"):
        at = month.sort("strike")
        smile = np.interp(
            at["underlying_price"][0] * np.array([0.95, 1.0, 1.05]), at["strike"], at["implied_volatility"]
        )
        assert smile[0] > smile[1]


def test_a_report_that_comes_raises_the_volatility_of_what_spans_it(market):
    """At the money: with the report between now and the expiry, and just before."""
    told = market.happened.reports
    jumps = []
    for row, column, due in zip(told.row.tolist(), told.column.tolist(), told.due.tolist(), strict=True):
        if not 30 < row < len(market.ts) - 1 or not market.bar[row - 8, column]:
            continue
        chain = market.chain(market.symbols[column], market.ts[row - 8])
        if chain is None:
            continue
        near = chain.with_columns((pl.col("strike") / pl.col("underlying_price")).log().abs().alias("off"))
        near = near.sort("off").group_by("expiry", maintain_order=True).first().sort("expiry")
        ends = near["expiry"].cast(pl.Datetime("ms")).dt.epoch("s").to_numpy() + 21 * 3600
        before, after = near.filter(ends < due), near.filter(ends >= due)
        if before.height and after.height:
            jumps.append(after["implied_volatility"][0] / before["implied_volatility"][-1])
        if len(jumps) == 40:
            break
    assert len(jumps) == 40
    assert np.median(jumps) > 1.1


def test_somebody_buys_options_before_some_big_moves(market):
    row, column = np.nonzero(market.truth.informed)
    bought = []
    for at, place in zip(row.tolist(), column.tolist(), strict=True):
        side = "call" if market.truth.informed[at, place] > 0 else "put"
        then = market.chain(market.symbols[place], market.ts[at])
        before = market.chain(market.symbols[place], market.ts[at - 8]) if at >= 8 else None
        if then is None or before is None or market.truth.informed[at - 8, place]:
            continue
        volumes = [each.filter(pl.col("right") == side)["volume"].sum() for each in (then, before)]
        bought.append((volumes[0] + 1) / (volumes[1] + 1))
        if len(bought) == 40:
            break
    assert len(bought) == 40
    assert np.median(bought) > 2


def test_the_informed_are_right(
    market,
):
    informed, jumps = market.truth.informed, market.truth.jumps
    row, column = np.nonzero(informed)
    coming = np.stack([jumps[np.minimum(row + ahead, len(jumps) - 1), column] for ahead in (1, 2, 3)])
    largest = np.take_along_axis(coming, np.abs(coming).argmax(axis=0)[None], axis=0)[0]
    assert (np.sign(largest) == informed[row, column]).mean() > 0.95


def test_who_has_no_options(market):
    assert market.chain("NOBODY", market.ts[-1]) is None
    assert market.chain("SPY", np.datetime64("2025-12-27")) is None
    cheap = int(np.nanargmin(np.nanmedian(market.fields["close"], axis=0)))
    assert market.chain(market.symbols[cheap], market.ts[-1]) is None


def test_rates_are_stated():
    assert RATE == 0.04
