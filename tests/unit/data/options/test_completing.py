"""What a chain says, completed: given values stay, what cannot be has its reason, nothing is invented."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from scanwright.data.options.completing import GREEKS, Assumed, completed, expires
from scanwright.data.options.terms import Why
from tests.unit.data.options.chains import TAKEN, priced

RATE = Assumed(rate=0.03)


def smile(strike, years):
    return 0.25 + 0.4 * (np.log(strike / 100)) ** 2 + 0.02 * years


@pytest.fixture(scope="module")
def chain():
    return priced(smile, spread=0.0)


def test_volatilities_are_those_that_made_the_prices(chain):
    found = completed(chain, RATE, "us_stocks")
    wide = found.frame.filter(pl.col("bid") > 0.01)
    years = (expires(wide["expiry"].to_numpy(), "us_stocks") - TAKEN.timestamp()) / (365 * 86_400)
    known = wide["implied_volatility"].is_not_null().to_numpy()
    expected = np.vectorize(smile)(wide["strike"].to_numpy(), years)
    assert known.mean() > 0.9
    got = wide["implied_volatility"].fill_null(float("nan")).to_numpy()
    np.testing.assert_allclose(got[known], expected[known], atol=1e-4)
    assert set(found.frame.filter(pl.col("implied_from") == Why.COMPUTED)["rate"]) == {0.03}


def test_given_values_stay_as_they_were_given_and_say_so(chain):
    given = chain.with_columns(
        implied_volatility=pl.when(pl.col("right") == "call").then(0.4),
        delta=pl.when(pl.col("right") == "call").then(0.123),
    )
    found = completed(given, RATE, "us_stocks").frame
    calls, puts = found.filter(pl.col("right") == "call"), found.filter(pl.col("right") == "put")
    assert set(calls["implied_volatility"]) == {0.4}
    assert set(calls["delta"]) == {0.123}
    assert set(calls["implied_from"]) == set(calls["greeks_from"]) == {"given"}
    assert calls["gamma"].null_count() == len(calls)
    assert calls["rate"].null_count() == len(calls)
    assert "given" not in set(puts["implied_from"])


def test_given_volatilities_that_belie_their_quotes_are_counted(chain):
    wide = chain.with_columns(pl.col("bid") - 0.01, pl.col("ask") + 0.01)
    true = completed(wide, RATE, "us_stocks").frame
    asked = true.filter(pl.col("implied_from") == "computed")
    assert completed(asked, RATE, "us_stocks").belied == 0
    wrong = asked.with_columns(pl.col("implied_volatility") * 10)
    assert completed(wrong, RATE, "us_stocks").belied > len(asked) / 2


def one(chain, **values):
    """The call at the money of the second expiry, changed."""
    row = chain.filter((pl.col("strike") == 100) & (pl.col("right") == "call"))[1]
    return row.with_columns(pl.lit(value, dtype=row.schema[name]).alias(name) for name, value in values.items())


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"bid": None}, Why.NO_BID),
        ({"bid": 0.0}, Why.NO_BID),
        ({"ask": None}, Why.NO_ASK),
        ({"bid": 3.0, "ask": 2.0}, Why.CROSSED),
        ({"bid": None, "ask": None}, Why.NO_QUOTE),
        ({"bid": None, "ask": None, "mark": 0.0}, Why.NO_QUOTE),
        ({"underlying_price": None}, Why.NO_UNDERLYING),
        ({"underlying_price": 0.0}, Why.NO_UNDERLYING),
        ({"expiry": dt.date(2025, 2, 28)}, Why.EXPIRED),
        ({"expiry": dt.date(2060, 1, 2)}, Why.NO_EXPIRY),
        ({"underlying_price": 120.0}, Why.NO_TIME_VALUE),
        ({"bid": 101.0, "ask": 102.0}, Why.TOO_DEAR),
    ],
)
@pytest.mark.parametrize("style", ["american", "european"])
def test_what_has_no_volatility_says_why(chain, values, why, style):
    found = completed(one(chain, style=style, **values), RATE, "us_stocks")
    row = found.frame.row(0, named=True)
    assert row["implied_from"] == why
    assert row["greeks_from"] == Why.NO_VOLATILITY
    assert all(row[name] is None for name in ("implied_volatility", *GREEKS, "rate"))
    assert found.volatilities == {str(why): 1}


def test_a_middle_that_the_provider_gives_serves_where_there_are_no_sides(chain):
    middle = one(chain)["bid"][0]
    both = pl.concat([one(chain), one(chain, bid=None, ask=None, mark=middle)])
    found = completed(both, RATE, "us_stocks").frame["implied_volatility"]
    assert found[0] == pytest.approx(found[1])


def test_a_volatility_of_an_expired_option_has_no_greeks(chain):
    found = completed(one(chain, expiry=dt.date(2025, 2, 28), implied_volatility=0.3), RATE, "us_stocks").frame
    assert found["implied_from"][0] == "given"
    assert found["greeks_from"][0] == Why.NO_VOLATILITY
    assert found["delta"][0] is None


def test_an_empty_chain_stays_empty(chain):
    found = completed(chain.clear(), RATE, "us_stocks")
    assert found.frame.is_empty()
    assert found.volatilities == {}


def test_dividends_count_from_each_snapshots_own_moment(chain):
    later = chain.with_columns(pl.col("taken") + pl.duration(days=9))
    assumed = Assumed(rate=0.03, dividends=((dt.date(2025, 3, 8), 3.0),))
    found = completed(pl.concat([chain, later]), assumed, "us_stocks").frame
    plain = completed(pl.concat([chain, later]), RATE, "us_stocks").frame
    row = (pl.col("strike") == 100) & (pl.col("right") == "call") & (pl.col("expiry") == pl.col("expiry").max())
    with_dividend, without = (each.filter(row)["implied_volatility"].to_list() for each in (found, plain))
    assert with_dividend[0] > without[0] + 0.03  # the price holds, the share is worth less
    assert with_dividend[1] == without[1]  # it has been paid


def test_an_expiry_without_a_session_ends_at_the_last_one_before():
    days = np.array(["2014-06-21", "2014-06-20", "2019-12-24", "2025-04-18"], "M8[D]")
    ends = [str(each) for each in expires(days, "us_stocks").astype("M8[s]")]
    assert ends == ["2014-06-20T20:00:00", "2014-06-20T20:00:00", "2019-12-24T18:00:00", "2025-04-17T20:00:00"]
