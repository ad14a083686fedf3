"""American options against other methods of QuantLib, and against what every such price obeys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.data.options import european
from scanwright.data.options.american import greeks, implied, price
from scanwright.data.options.terms import Cash, Greeks, Options

ql = pytest.importorskip("QuantLib", reason="the library QuantLib is not installed")

cases = st.fixed_dictionaries(
    {
        "strike": st.floats(60, 160),
        "years": st.floats(0.02, 2),
        "call": st.booleans(),
        "rate": st.floats(0.0, 0.1),
        "dividend_yield": st.floats(0, 0.08),
        "volatility": st.floats(0.1, 0.9),
    }
)


def option_of(*, strike, years, call, rate=0.0, dividend_yield=0.0, cash=(), **_):
    return Options(
        spot=np.array([100.0]),
        strike=np.array([strike]),
        years=np.array([years]),
        call=np.array([call], np.uint8),
        rate=rate,
        dividend_yield=dividend_yield,
        cash=cash,
    )


def tree(case, steps=1001):
    """A tree after Leisen and Reimer over the option's own days: another method, and other code of ours around it."""
    days = round(case["years"] * 365)
    today = ql.Date(2, 1, 2090)
    count = ql.Actual365Fixed()
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(100.0)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, case["dividend_yield"], count)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, case["rate"], count)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), case["volatility"], count)),
    )
    payoff = ql.PlainVanillaPayoff(ql.Option.Call if case["call"] else ql.Option.Put, case["strike"])
    option = ql.VanillaOption(payoff, ql.AmericanExercise(today, today + days))
    option.setPricingEngine(ql.BinomialVanillaEngine(process, "lr", steps))
    return option, days / 365


@settings(deadline=None, max_examples=60)
@given(cases)
def test_prices_are_those_of_a_tree(case):
    other, years = tree(case)
    found = price(option_of(**{**case, "years": years}), np.array([case["volatility"]]))
    np.testing.assert_allclose(found, [other.NPV()], atol=0.01, rtol=2e-3)


@settings(deadline=None, max_examples=40)
@given(cases)
def test_delta_is_that_of_a_tree(case):
    other, years = tree(case)
    found = greeks(option_of(**{**case, "years": years}), np.array([case["volatility"]]))
    np.testing.assert_allclose(found.delta, [other.delta()], atol=0.01)


@settings(deadline=None, max_examples=60)
@given(cases)
def test_without_a_dividend_a_call_is_european(case):
    option = option_of(**{**case, "call": True, "dividend_yield": 0.0})
    volatility = np.array([case["volatility"]])
    np.testing.assert_allclose(price(option, volatility), european.price(option, volatility), rtol=1e-9, atol=1e-10)
    mine, theirs = greeks(option, volatility), european.greeks(option, volatility)
    for name in Greeks.__slots__:
        scale = {"gamma": 2e-3, "theta": 1e-3}.get(name, 1e-3)
        np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), atol=scale, rtol=2e-2, err_msg=name)


@settings(deadline=None, max_examples=60)
@given(cases)
def test_an_american_option_is_worth_its_exercise_and_its_european_twin(case):
    option, volatility = option_of(**case), np.array([case["volatility"]])
    worth = price(option, volatility)
    assert worth >= european.price(option, volatility) - 1e-6
    assert worth >= option.sign * (option.spot - option.strike) - 1e-9
    assert worth <= (100 if case["call"] else case["strike"])


@settings(deadline=None, max_examples=60)
@given(cases)
def test_the_volatility_of_a_price_is_the_one_that_made_it(case):
    option, volatility = option_of(**case), np.array([case["volatility"]])
    worth = price(option, volatility)
    over = worth - max(float((option.sign * (option.spot - option.strike))[0]), 0)
    slope = float(greeks(option, volatility).vega[0])
    if over > 0.01 and slope > 0.002:
        np.testing.assert_allclose(implied(option, worth), volatility, atol=2e-4)


def test_what_is_worth_its_exercise_only_has_no_volatility():
    put = option_of(strike=150.0, years=0.5, call=False, rate=0.08)
    assert np.isnan(implied(put, np.array([50.0]))).all()
    assert np.isnan(implied(put, np.array([49.0]))).all()
    assert np.isnan(implied(put, np.array([150.0]))).all()


def test_before_a_large_dividend_a_call_is_exercised():
    cash = (Cash(years=0.25, amount=8.0),)
    call = option_of(strike=70.0, years=0.5, call=True, rate=0.03, cash=cash)
    worth = float(price(call, np.array([0.2]))[0])
    assert worth > float(european.price(call, np.array([0.2]))[0]) + 1
    assert worth > 30
    none = option_of(strike=70.0, years=0.2, call=True, rate=0.03, cash=cash)
    np.testing.assert_allclose(
        price(none, np.array([0.2])),
        european.price(option_of(strike=70.0, years=0.2, call=True, rate=0.03), np.array([0.2])),
        rtol=1e-8,
    )


def test_hours_count():
    hours = [option_of(strike=100.0, years=hour / (365 * 24), call=False, rate=0.03) for hour in (1, 2, 4)]
    found = [float(price(each, np.array([0.3]))[0]) for each in hours]
    np.testing.assert_allclose([found[1] / found[0], found[2] / found[1]], [2**0.5] * 2, rtol=2e-3)


@pytest.mark.parametrize("strike", [80.0, 100.0, 120.0])
@pytest.mark.parametrize("call", [True, False])
def test_a_dividend_in_dollars_counts_on_its_day(strike, call):
    """Against QuantLib over the option's own 182 days, with a finer grid: here, time is scaled."""
    today, count = ql.Date(2, 1, 2090), ql.Actual365Fixed()
    process = ql.BlackScholesProcess(
        ql.QuoteHandle(ql.SimpleQuote(100.0)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, 0.04, count)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.3, count)),
    )
    payoff = ql.PlainVanillaPayoff(ql.Option.Call if call else ql.Option.Put, strike)
    other = ql.VanillaOption(payoff, ql.AmericanExercise(today, today + 182))
    other.setPricingEngine(ql.FdBlackScholesVanillaEngine(process, ql.DividendVector([today + 91], [3.0]), 600, 600))
    option = option_of(strike=strike, years=182 / 365, call=call, rate=0.04, cash=(Cash(years=91 / 365, amount=3.0),))
    np.testing.assert_allclose(price(option, np.array([0.3])), [other.NPV()], atol=0.005)
