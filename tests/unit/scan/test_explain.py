"""How often each term was true, which one empties a scan, and how near a symbol came."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.model.errors import DataError, UnknownSymbol
from scanwright.model.panel import Attribute
from scanwright.scan.definition import Scan
from scanwright.scan.explain import explain, why
from scanwright.scan.history import history
from tests.laws.panels import Market
from tests.unit.engine.bars import NAN, market

PANEL = Market(seed=5, holes=0.1, late=30).daily()


def explained(where, panel=PANEL, **further):
    return explain(Scan(where=where, **further), panel, catalogue())


def test_every_term_is_counted_alone_and_together():
    panel = market({"A": [1, 2, 3, 4], "B": [4, 3, NAN, 1]})
    found = explained("close > 1 and close < 4", panel)
    assert [(each.term, each.known, each.true, each.alone_missing) for each in found.terms] == [
        ("close > 1", 7, 5, 2),
        ("close < 4", 7, 5, 2),
    ]
    assert (found.bars, found.known, found.together) == (8, 7, 3)


@pytest.mark.parametrize("universe", ["all", "volume > 150000", "AAPL,SPY", "rank(volume) <= 3"])
def test_together_is_what_history_finds(universe):
    where = "close > sma(20) and rsi(14) < 60 and rank(close) <= 3"
    found = explained(where, universe=universe)
    receipt = history(Scan(where=where, universe=universe), PANEL, catalogue()).receipt
    assert (found.bars, found.known, found.together) == (receipt.universe, receipt.judged, receipt.hits)
    assert found.plan_hash == receipt.plan_hash
    assert found.warmup == receipt.warmup == 19


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("close > 1e9 and volume > 0", "`close > 1000000000` was never true"),
        ("sma(20000) > 1", "no bar has enough history, the warm-up is 19999 bars"),
        ("close > 0 and rsi(14) < 30", "`rsi(14) < 30` decides"),
        ("close > 0 and volume > 0", "the rarest term is"),
    ],
)
def test_the_verdict_names_the_term_that_decides(where, said):
    assert said in explained(where).verdict


def test_without_a_bar_there_is_nothing_to_say():
    assert explained("close > 1", PANEL.rows(0, 0)).verdict == "there is no bar to judge"


def test_the_plan_is_told():
    found = explained("rank(close) <= 3 and sma(200) > 1")
    assert (found.stages, found.warmup) == (2, 199)
    assert found.state_bytes > 8 * 200
    assert found.text == "rank(close) <= 3 and sma(200) > 1"


def asked(where, panel, symbol, **further):
    return why(Scan(where=where, **further), panel, catalogue(), symbol)


def test_a_term_is_told_with_its_distance():
    found = asked("close > open and close < 10", market({"A": [12]}, open={"A": [10]}), "A")
    above, below = found.terms
    assert (found.hit, found.reason, found.in_universe) == (False, "", True)
    assert (above.held, above.left, above.right, above.distance, above.distance_percent) == (True, 12, 10, 2, 20)
    assert (below.held, below.distance) == (False, 2)


def test_a_category_is_told_as_a_word():
    sector = Attribute(codes=np.array([0], np.int32), names=("Energy",))
    (term,) = asked('sector == "Technology"', market({"A": [1]}, attributes={"sector": sector}), "A").terms
    assert (term.held, term.left, term.right, term.distance) == (False, "Energy", "Technology", None)


@pytest.mark.parametrize(
    ("closes", "reason"),
    [([1, 2, 3], ""), ([None, None, 3], "warm_up"), ([1, 2, None], "no_bar"), ([1, 2, NAN], "missing_value")],
)
def test_who_cannot_be_judged_is_told_why(closes, reason):
    found = asked("close > close[1]", market({"A": closes, "B": [1, 1, 1], "C": [1, 1, 1]}), "A")
    assert found.reason == reason
    assert (found.hit is None) == bool(reason)


def test_why_agrees_with_history():
    where = "close > sma(20) and rank(roc(20)) <= 3"
    past = history(Scan(where=where), PANEL, catalogue())
    for at, symbol in enumerate(PANEL.symbols):
        found = asked(where, PANEL, symbol)
        assert {None: 2, True: 1, False: 0}[found.hit] == past.found[-1, at]


def test_who_is_outside_a_condition_is_outside():
    panel = market({"A": [5], "B": [1]})
    assert asked("rank(close) <= 1", panel, "A", universe="close > 3").in_universe is True
    assert asked("rank(close) <= 1", panel, "B", universe="close > 3").in_universe is False


@pytest.mark.parametrize("where", ["close > 3", "rank(close) <= 1"])
def test_who_is_outside_a_list_is_outside(where):
    panel = market({"A": [5], "B": [1], "C": [9]})
    assert asked(where, panel, "A", universe="A,B").in_universe is True
    outside = asked(where, panel, "C", universe="A,B")
    assert outside.in_universe is False
    assert [term.left for term in outside.terms] == [9 if "close > 3" in where else None]


def test_who_is_not_there_is_told_with_the_nearest():
    with pytest.raises(UnknownSymbol, match="AAPL"):
        asked("close > 1", PANEL, "AAPLE")


def test_a_day_before_the_data_is_told():
    with pytest.raises(DataError, match="2001"):
        why(Scan(where="close > 1"), PANEL, catalogue(), "SPY", as_of=np.datetime64("2001-01-01"))
