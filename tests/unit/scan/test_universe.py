"""What a universe's text means: names, conditions, and both joined by `and`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.model.errors import SettingsError
from scanwright.scan.universe import read_universe, stands_for

NAMES = st.one_of(
    st.from_regex(r"[A-Z][A-Z0-9]{0,4}([./-][A-Z]{1,4})?", fullmatch=True),
    st.from_regex(r"(NASDAQ|BINANCE):[A-Z]{1,6}", fullmatch=True),
    st.from_regex(r"(list|index):[a-z0-9_][a-z0-9_.-]{0,8}", fullmatch=True),
    st.from_regex(r"@[a-z]{1,6}\.txt", fullmatch=True),
)
CONDITIONS = st.sampled_from(
    ["close > 5", 'sector == "Energy and Gas"', "(close > 5 or volume > 1e6)", "liquid", "sma(close, 20)[1] > open"]
)


@pytest.mark.parametrize(
    ("text", "groups", "condition"),
    [
        ("", (), ""),
        ("all", (), ""),
        ("AAPL", (("AAPL",),), ""),
        ("AAPL, BTC/USDT,", (("AAPL", "BTC/USDT"),), ""),
        ("BRK.B,BRK-A,^VIX,ES=F", (("BRK.B", "BRK-A", "^VIX", "ES=F"),), ""),
        ("NASDAQ:AAPL,list:mine", (("NASDAQ:AAPL", "list:mine"),), ""),
        ("@my list.txt,more.csv", (("@my list.txt", "more.csv"),), ""),
        ("index:SP500 and list:mine", (("index:SP500",), ("list:mine",)), ""),
        ("list:mine and close > 5", (("list:mine",),), "close > 5"),
        ("close > 5 and list:mine and\n open > 3", (("list:mine",),), "close > 5 and open > 3"),
        ("liquid", (), "liquid"),
        ("liquid and AAPL", (("AAPL",),), "liquid"),
        ("close > 5 and volume > 3 or open > 1", (), "close > 5 and volume > 3 or open > 1"),
        ("AAPL and (close > 5 or open > 1)", (("AAPL",),), "(close > 5 or open > 1)"),
        ('sector == "A and B"', (), 'sector == "A and B"'),
        ("all and close > 5", (), "close > 5"),
    ],
)
def test_a_text_is_names_and_a_condition(text, groups, condition):
    found = read_universe(text)
    assert (found.groups, found.condition) == (groups, condition)


def test_a_name_that_the_scan_defines_is_a_condition():
    assert read_universe("cheap and AAPL", {"cheap"}).condition == "cheap"
    assert read_universe("cheap").groups == (("cheap",),)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=4), max_size=3), st.lists(CONDITIONS, max_size=3))
def test_what_is_joined_comes_apart(groups, conditions):
    text = " and ".join([*(",".join(group) for group in groups), *conditions])
    found = read_universe(text)
    assert found.groups == tuple(tuple(dict.fromkeys(group)) for group in groups)
    assert found.condition == " and ".join(conditions)
    assert set(found.names) == {name for group in groups for name in group}


@pytest.mark.parametrize("text", ["not list:dismissed", "close > 5 or list:mine", "(index:SP500) and close > 5"])
def test_names_within_a_condition_are_refused(text):
    with pytest.raises(SettingsError, match="joined with the condition by `and`"):
        read_universe(text)


def test_or_beside_names_needs_brackets():
    with pytest.raises(SettingsError, match="brackets around `or`"):
        read_universe("AAPL and close > 5 or open > 3")


def test_words_in_quotes_are_no_names():
    assert read_universe('sector == "list:mine"').condition


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("AAPL", "symbol"),
        ("list:a", "list"),
        ("index:a", "index"),
        ("@a", "file"),
        ("a.csv", "file"),
        ("B:A", "symbol"),
    ],
)
def test_a_name_says_what_it_is(name, kind):
    assert stands_for(name) == kind
