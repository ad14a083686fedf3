"""What a market has none of is told before a run, what nobody knows is refused, and where each is."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.data.facts.catalogue import FIGURES
from scanwright.expr.words import COMPUTED, NAMED
from scanwright.model.errors import UnknownName
from scanwright.model.signature import Type
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case, typing_of
from scanwright.scan.now import now
from scanwright.scan.values import values
from tests.beside import beside, event, fact, member
from tests.example import example_panel


@pytest.fixture(scope="module")
def panel():
    bars = example_panel(times=60, symbols=4)
    rows = [event("earnings", "2015-01-20", "2015-01-02", symbol=bars.symbols[0], eps=1.0)]
    return beside(bars, events=rows, members=[member("BIG", "2015-01-02", symbol=bars.symbols[1])])


def case(where, panel):
    return Case.of(Scan(where=where), panel, catalogue())


TOLD = {
    'event_count("news", 5) > 0': "holds no events of the kind news",
    'bars_to_event("filing") <= 3': "holds no events of the kind filing",
    "market_cap > 1e9": "knows the market_cap of no symbol",
    "iv_rank > 50 and close > 1": "scanwright data chains",
}


@pytest.mark.parametrize("where", TOLD)
def test_what_the_market_has_none_of_is_told_and_nobody_is_judged(where, panel):
    (told,) = case(where, panel).foretold()
    assert TOLD[where] in told
    assert "scanwright data" in told
    found = now(Scan(where=where), panel, catalogue())
    assert (found.receipt.hits, found.receipt.judged) == (0, 0)
    assert told in found.receipt.warnings


def test_what_the_market_has_is_not_told():
    bars = example_panel(times=60, symbols=4)
    rich = beside(bars, facts=[fact("market_cap", None, 2e9, symbol=bars.symbols[0])])
    assert case("market_cap > 1e9", rich).foretold() == []
    (warning,) = case("market_cap > 1e9", rich).warnings()
    assert warning == "market_cap: today's facts, also for past days"
    dated = beside(bars, facts=[fact("market_cap", "2015-01-01T00:00", 1e9, symbol=bars.symbols[0])])
    assert case("market_cap > 1e9", dated).warnings() == []


def test_lists_where_there_are_none_are_told():
    (told,) = case('member_of("SP500")', example_panel(times=60, symbols=4)).foretold()
    assert "holds no lists of members" in told


WRONG = {
    'bars_since_event("earning") < 3': ("earning", "earnings", 18),
    'bars_to_event("dividends") < 3': ("dividends", "dividend", 15),
    'event_value("earnings", "ebs") > 0': ("ebs", "eps", 25),
    'event_count(kind="new", n=3) > 0': ("new", "news", 1),
    'member_of("BIGG")': ("BIGG", "BIG", 11),
}


@pytest.mark.parametrize("where", WRONG)
def test_what_nobody_knows_is_refused_at_its_place_with_the_nearest(where, panel):
    found, near, column = WRONG[where]
    with pytest.raises(UnknownName) as caught:
        case(where, panel).bound  # noqa: B018 - it is made when it is asked for
    assert repr(found) in caught.value.text
    assert caught.value.advice == f"did you mean {near}?"
    assert (caught.value.line, caught.value.column) == (1, column)


def test_the_values_of_an_expression_refuse_it_too(panel):
    with pytest.raises(UnknownName):
        values('event_count("newz", 3)', panel, catalogue(), panel.symbols[0])


def test_named_figures_are_those_of_the_catalogue_and_numbers_everywhere(panel):
    assert {*NAMED, *COMPUTED} == set(FIGURES)
    fields = typing_of(panel, catalogue()).fields
    assert {fields[name] for name in NAMED} == {Type.NUMBER}
    assert all(name in catalogue() for name in COMPUTED)
