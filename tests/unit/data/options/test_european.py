"""Black and Scholes over arrays, against vollib, and against what every such price obeys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vollib.black_scholes_merton import black_scholes_merton
from vollib.black_scholes_merton.greeks import analytical
from vollib.black_scholes_merton.implied_volatility import implied_volatility

from scanwright.data.options.european import LEAST, dearness, greeks, implied, price
from scanwright.data.options.normal import below, density
from scanwright.data.options.terms import Cash, Greeks, Options

options = st.builds(
    lambda strike, years, call, rate, yields: Options(
        spot=np.array([100.0]),
        strike=np.array([strike]),
        years=np.array([years]),
        call=np.array([call], np.uint8),
        rate=rate,
        dividend_yield=yields,
    ),
    strike=st.floats(20, 400),
    years=st.floats(0.002, 5),
    call=st.integers(0, 1),
    rate=st.floats(-0.02, 0.15),
    yields=st.floats(0, 0.1),
)
volatilities = st.floats(0.03, 3).map(lambda value: np.array([value]))


def told(option):
    """The arguments of vollib."""
    flag = "c" if option.call[0] else "p"
    return flag, 100.0, float(option.strike[0]), float(option.years[0]), option.rate


def turned(option):
    """The put for a call, the call for a put."""
    parts = {name: getattr(option, name) for name in ("spot", "strike", "years", "rate", "dividend_yield")}
    return Options(call=1 - option.call, **parts)


def test_the_normal_is_that_of_the_mathematics_library():
    x = np.linspace(-37, 9, 20_011)
    expected = np.array([0.5 * math.erfc(-each / math.sqrt(2)) for each in x])
    np.testing.assert_allclose(below(x), expected, rtol=4e-14, atol=0)
    np.testing.assert_allclose(density(x), np.exp(-x * x / 2) / math.sqrt(2 * math.pi), rtol=1e-14)


@settings(deadline=None)
@given(options, volatilities)
def test_prices_are_vollibs(option, volatility):
    expected = black_scholes_merton(*told(option), float(volatility[0]), option.dividend_yield)
    np.testing.assert_allclose(price(option, volatility), [expected], rtol=1e-9, atol=1e-10)


@settings(deadline=None)
@given(options, volatilities)
def test_greeks_are_vollibs(option, volatility):
    found = greeks(option, volatility)
    for name in Greeks.__slots__:
        expected = getattr(analytical, name)(*told(option), float(volatility[0]), option.dividend_yield)
        np.testing.assert_allclose(getattr(found, name), [expected], rtol=1e-7, atol=1e-9, err_msg=name)


@settings(deadline=None)
@given(options, volatilities)
def test_the_volatility_of_a_price_is_the_one_that_made_it(option, volatility):
    worth = price(option, volatility)
    found = implied(option, worth)
    over = float(dearness(option, worth)[0])
    # As far as the price has digits for it: below that, no volatility can be told from the next.
    slope = 100 * float(greeks(option, volatility).vega[0])
    if over > 1e-10 and slope * 1e-4 > 1e-12 * float(worth[0]):
        np.testing.assert_allclose(found, volatility, rtol=1e-6, atol=max(1e-9, 1e-12 * float(worth[0]) / slope))


@settings(deadline=None)
@given(options, st.floats(0.1, 1.5).map(lambda value: np.array([value])))
def test_implied_volatilities_are_vollibs(option, volatility):
    worth = price(option, volatility)
    if float(dearness(option, worth)[0]) > 1e-4 and float(worth[0]) < 90:
        flag, spot, strike, years, rate = told(option)
        expected = implied_volatility(float(worth[0]), spot, strike, years, rate, option.dividend_yield, flag)
        np.testing.assert_allclose(implied(option, worth), [expected], rtol=1e-6)


@given(options, volatilities)
def test_call_less_put_is_what_the_share_is_worth_less_the_strike(option, volatility):
    other = turned(option)
    difference = option.sign * (price(option, volatility) - price(other, volatility))
    expected = option.held - option.strike * option.discount
    np.testing.assert_allclose(difference, expected, atol=1e-10 * 400)


@given(options, volatilities, volatilities)
def test_prices_stay_in_their_bounds_and_rise_with_volatility(option, one, other):
    low, high = np.minimum(one, other), np.maximum(one, other)
    cheap, dear = price(option, low), price(option, high)
    most = option.held if option.call[0] else option.strike * option.discount
    assert np.all(cheap <= dear + 1e-10)
    assert np.all(dear <= most + 1e-10)
    assert np.all(dearness(option, cheap) >= -1e-10)


@given(options)
def test_prices_that_no_volatility_makes_have_none(option):
    floor = price(option, np.array([LEAST / 10]))
    most = option.held if option.call[0] else option.strike * option.discount
    for wrong in (
        floor - 1,
        np.maximum(option.sign * (option.held - option.strike * option.discount), 0),
        most * 1.001,
        most + 1,
    ):
        assert np.isnan(implied(option, wrong)).all()


def test_a_dividend_in_dollars_is_taken_off_the_spot():
    one = np.ones(1)
    paying = Options(
        spot=100 * one,
        strike=95 * one,
        years=0.5 * one,
        call=one.astype(np.uint8),
        rate=0.05,
        cash=(Cash(years=0.25, amount=2),),
    )
    expected = black_scholes_merton("c", 100 - 2 * math.exp(-0.05 * 0.25), 95, 0.5, 0.05, 0.3, 0)
    np.testing.assert_allclose(price(paying, 0.3 * one), [expected], rtol=1e-12)
    later = Options(
        spot=100 * one,
        strike=95 * one,
        years=0.5 * one,
        call=one.astype(np.uint8),
        rate=0.05,
        cash=(Cash(years=0.75, amount=2),),
    )
    np.testing.assert_allclose(price(later, 0.3 * one), [black_scholes_merton("c", 100, 95, 0.5, 0.05, 0.3, 0)])


@pytest.mark.parametrize("strike", [1.0, 1e4])
def test_prices_far_from_the_money_have_no_invented_volatility(strike):
    one = np.ones(1)
    option = Options(spot=100 * one, strike=strike * one, years=0.01 * one, call=one.astype(np.uint8))
    assert np.isnan(implied(option, np.maximum(option.held - option.strike, 0))).all()
