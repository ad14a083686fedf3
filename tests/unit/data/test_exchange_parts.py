"""Parts of the exchange by themselves: trades that make up a bar, names that change, open bars that grow."""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.exchange.names import Names
from scanwright.data.exchange.tape import Bar, Tape, around

DAY = 86_400


@st.composite
def bars(draw):
    low = draw(st.integers(1, 10_000))
    high = low + draw(st.integers(0, 500))
    op, close = (draw(st.integers(low, high)) for _ in range(2))
    volume = draw(st.one_of(st.integers(1, 10**7).map(float), st.floats(0.001, 50)))
    begins = draw(st.integers(0, 2_000_000_000))
    values = (op / 100, high / 100, low / 100, close / 100, volume)
    return Bar(symbol="A", begins=begins, ends=begins + draw(st.sampled_from([60, 300, 23_400])), values=values)


@given(bar=bars(), seed=st.integers(0, 9))
def test_trades_make_up_their_bar(bar, seed):
    found = Tape(seed).trades(bar)
    prices = [each.price for each in found]
    assert (prices[0], max(prices), min(prices), prices[-1]) == bar.values[:4]
    assert abs(sum(each.size for each in found) - bar.values[4]) <= 1e-9 * bar.values[4]
    assert all(each.size > 0 for each in found)
    assert [each.ts for each in found] == sorted(each.ts for each in found)
    assert bar.begins * 1000 < found[0].ts
    assert found[-1].ts <= bar.ends * 1000
    assert Tape(seed).trades(bar) == found


@given(bar=bars(), shares=st.lists(st.floats(0, 1), min_size=2, max_size=6).map(sorted))
def test_an_open_bar_only_grows(bar, shares):
    tape = Tape(1)
    seen = [tape.so_far(bar, bar.begins + share * (bar.ends - bar.begins)) for share in shares]
    seen = [each for each in seen if each is not None]
    for before, after in itertools.pairwise(seen):
        assert before[0] == after[0] == bar.values[0]
        assert before[1] <= after[1] <= bar.values[1]
        assert before[2] >= after[2] >= bar.values[2]
        assert before[4] <= after[4] * (1 + 1e-12)
    assert tape.so_far(bar, bar.ends)[:4] == bar.values[:4]


@given(price=st.floats(0.01, 100_000))
def test_bid_and_ask_stand_around_a_price(price):
    bid, ask = around(round(price, 2))
    assert 0 < bid < ask
    assert ask - bid < max(0.0006 * price, 0.011)


def names():
    """META was FB until the tenth day; OLD was gone on the fifth; NEW begins on the twentieth."""
    day = dt.date(1970, 1, 1)
    symbols = pl.DataFrame({"symbol": ["META", "OLD", "NEW"], "delisted": [None, "1970-01-05", None]})
    renames = pl.DataFrame({"symbol": ["META"], "date": [day + dt.timedelta(days=10)], "was": ["FB"]})
    return Names({"META": 0, "NEW": 20 * DAY, "OLD": 0}, symbols, renames)


def test_a_name_is_good_until_the_day_it_changes():
    who = names()
    assert who.find("FB", 9 * DAY) == "META"
    assert who.find("META", 9 * DAY) is None
    assert who.called("META", 9 * DAY) == "FB"
    assert who.find("META", 10 * DAY) == "META"
    assert who.find("FB", 10 * DAY) is None
    assert who.renamed("FB", 10 * DAY) == "META 1970-01-11"
    assert who.renamed("FB", 9 * DAY) is None
    assert who.renamed("NOBODY", 9 * DAY) is None


def test_who_is_known_when():
    who = names()
    assert who.known(DAY) == ["META", "OLD"]
    assert who.known(20 * DAY + 1) == ["META", "NEW", "OLD"]
    assert who.find("NEW", 19 * DAY) is None
    assert who.begun(19 * DAY, 21 * DAY) == ["NEW"]
    assert who.ended(["OLD", "META"], 4 * DAY) == {}
    assert who.ended(["OLD", "META"], 5 * DAY) == {"OLD": "1970-01-05"}


def test_changes_between_days():
    who = names()
    assert who.renamed_on("1970-01-10", "1970-01-11") == [("1970-01-11", "FB", "META")]
    assert who.renamed_on("1970-01-11", "1970-01-12") == []
    assert who.gone_on("1970-01-05", "1970-01-06") == [("1970-01-05", "OLD")]
    assert who.gone_on("1970-01-04", "1970-01-05") == []
