"""Who takes part on which day: lists, indexes, lives, exclusions; and who is outside for which reason."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.app.wiring import catalogue
from scanwright.model.dated import Dated, steps_of
from scanwright.model.errors import EmptyUniverse, SettingsError
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute
from scanwright.scan.definition import Scan
from scanwright.scan.explain import explain, why
from scanwright.scan.history import history
from scanwright.scan.let_in import empty, members_a_day, membership
from scanwright.scan.live import Live
from scanwright.scan.members import Sets, Spell
from scanwright.scan.now import now
from scanwright.scan.warm import Warm
from tests.example import example_panel
from tests.unit.engine.bars import market

DAY = dt.date(2015, 1, 5)
FOUR = {"A": [1, 2, 3, 4], "B": [9, 8, 7, 6], "C": [5, 5, 5, 5], "D": [2, None, 2, None]}


def days(*dates):
    """A column of dates as the symbol table keeps them; None where nothing is known."""
    return Attribute(numbers=np.array([np.nan if each is None else np.datetime64(each).astype(int) for each in dates]))


def words(*texts):
    names = tuple(sorted({each for each in texts if each}))
    return Attribute(codes=np.array([names.index(t) if t else -1 for t in texts], np.int32), names=names)


def lists(**named):
    return Sets(spells={f"list:{name}": tuple(Spell(each) for each in symbols) for name, symbols in named.items()})


def members(panel, universe, sets=None, **further):
    """The members of each day, as texts of symbols."""
    past = history(Scan(where="close > 0", universe=universe, **further), panel, catalogue(), sets=sets)
    return ["".join(np.array(panel.symbols)[row == 1]) for row in past.member]


def asked(panel, universe, sets=None, **further):
    return now(Scan(where="close > 0", universe=universe, **further), panel, catalogue(), sets=sets)


def test_a_list_is_a_universe_and_joins_a_condition():
    panel, sets = market(FOUR), lists(mine="ABD")
    assert members(panel, "list:mine", sets) == ["ABD", "AB", "ABD", "AB"]
    assert members(panel, "list:mine and close < 7", sets) == ["AD", "A", "AD", "AB"]
    assert members(panel, "list:mine and A,C", sets) == ["A", "A", "A", "A"]
    assert members(panel, "list:mine,C", sets) == ["ABCD", "ABC", "ABCD", "ABC"]


def test_an_exclusion_leaves_out_whom_it_is_known_of():
    panel = market(FOUR, attributes={"sector": words("X", "", "Y", "X")})
    assert members(panel, "all", exclude='sector == "X"') == ["BC"] * 4
    assert members(panel, "all", exclude="close[1] < 9 and A,B") == ["ABCD", "BC", "CD", "C"]
    assert members(panel, "close > 1", lists(gone="BD"), exclude="list:gone") == ["C", "AC", "AC", "AC"]


def test_a_listed_symbol_is_a_member_from_its_first_to_its_last_day():
    attributes = {
        "listed": days("2015-01-06", None, None, "2001-01-01"),
        "delisted": days(None, "2015-01-06", None, "2015-01-07"),
    }
    panel = market(FOUR, attributes=attributes)
    assert members(panel, "all") == ["BCD", "ABC", "ACD", "AC"]
    found = asked(panel, "all").receipt
    assert (found.universe, found.outside) == (2, {"delisted": 2})
    first = now(Scan(where="close > 0"), panel, catalogue(), as_of=np.datetime64("2015-01-05")).receipt
    assert first.outside == {"not_listed": 1}
    text = {"listed": words("2015-01-06", "", "", "2001-01-01"), "delisted": words("", "2015-01-06", "", "2015-01-07")}
    assert members(dataclasses.replace(panel, attributes=text), "all") == members(panel, "all")


def test_what_is_no_day_keeps_nobody_out():
    for numbers in ([0, 1, np.nan, 0], [1e12, 1e7, 3e8, 5e6]):
        facts = {name: Attribute(numbers=np.array(numbers, float)) for name in ("listed", "delisted")}
        assert members(market(FOUR, attributes=facts), "all") == members(market(FOUR), "all")
    written = {"delisted": Attribute(numbers=np.array([20150106, np.nan, 20159999, np.nan]))}
    assert members(market(FOUR, attributes=written), "all") == ["ABCD", "ABC", "BCD", "BC"]


def test_a_week_that_holds_the_last_day_is_still_judged():
    panel = market({"A": [1, 2]}, ts=["2015-01-09", "2015-01-16"], interval=Interval.WEEK)
    gone = dataclasses.replace(panel, attributes={"delisted": days("2015-01-13")})
    assert members(gone, "all") == ["A", "A"]
    assert members(dataclasses.replace(panel, attributes={"delisted": days("2015-01-09")}), "all") == ["A", ""]


def test_the_delisted_are_no_missing_bars():
    closes = {"A": [1, 2, 3], "B": [4, 5, None]}
    assert asked(market(closes), "all").receipt.missed == {"no_bar": 1}
    gone = asked(market(closes, attributes={"delisted": days(None, "2015-01-06")}), "all").receipt
    assert (gone.universe, gone.missed, gone.outside) == (1, {}, {"delisted": 1})


def test_functions_across_symbols_see_the_members_of_the_day():
    panel = market(FOUR, attributes={"delisted": days(None, "2015-01-05", None, None)})
    past = history(Scan(where="rank(close) <= 1"), panel, catalogue())
    assert [panel.symbols[at] for at in past.columns] == ["B", "C", "C", "C"]
    listed = history(Scan(where="rank(close) <= 1", universe="A,C,D"), panel, catalogue())
    assert [panel.symbols[at] for at in listed.columns] == ["C", "C", "C", "C"]


@pytest.mark.parametrize("universe", ["A,B", "close > 2 and A,B", "all"])
def test_everybody_is_inside_or_outside(universe):
    panel = market(
        FOUR, attributes={"listed": days(None, "2015-01-07", None, None), "sector": words("X", "Y", "", "X")}
    )
    for exclude in ("", 'sector == "X"', "close > 4"):
        found = asked(panel, universe, exclude=exclude).receipt
        assert found.universe + sum(found.outside.values()) == 4
        past = history(Scan(where="close > 0", universe=universe, exclude=exclude), panel, catalogue()).receipt
        assert past.universe + sum(past.outside.values()) == int(panel.bar.sum())


def test_who_is_outside_is_told_by_reason():
    attributes = {"delisted": days("2015-01-06", None, None, None), "sector": words("X", "X", "", "X")}
    panel = market(FOUR, attributes=attributes)
    told = asked(panel, 'sector == "X" and close > 8').receipt.outside
    assert told == {"delisted": 1, "condition": 2, "no_bar": 1}
    assert asked(panel, 'sector == "X"').receipt.outside == {"delisted": 1, "unknown": 1}
    assert asked(panel, "A,B,C", exclude="close > 5").receipt.outside == {"not_named": 1, "delisted": 1, "excluded": 1}
    assert asked(panel, "close > 0").receipt.outside == {"delisted": 1, "no_bar": 1}
    assert "1 delisted before" in asked(panel, "all").receipt.sentence()


def test_a_symbol_without_a_bar_belongs_where_facts_alone_decide():
    panel = market(FOUR, attributes={"sector": words("X", "Y", "Y", "X")})
    found = asked(panel, 'sector == "X"')
    assert (found.receipt.universe, found.receipt.missed) == (2, {"no_bar": 1})
    assert asked(panel, 'sector == "X" and close > 0').receipt.universe == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(1, 8)), min_size=1, max_size=8),
    st.integers(0, 2**16),
)
def test_an_index_is_who_belonged_on_that_day(stays, seed):
    panel = example_panel(times=14, symbols=4, seed=seed, holes=0.2)
    date = [panel.ts[row].astype("M8[D]") for row in range(14)]
    spells = [(at, date[first], date[min(first + length, 13)]) for at, first, length in stays]
    moments = sorted({each.astype("M8[s]").astype(int) for _, first, last in spells for each in (first, last)})

    def inside(at, day):
        return any(who == at and first <= day < last for who, first, last in spells)

    cells = [(at, m, float(inside(at, np.datetime64(int(m), "s").astype("M8[D]")))) for at in range(4) for m in moments]
    dated = Dated(series={"member_of I": steps_of(4, *zip(*cells, strict=True))}, key="k")
    panel = dataclasses.replace(panel, dated=dated)
    sets = Sets(spells={"index:I": tuple(Spell(panel.symbols[at]) for at in range(4))})
    past = history(Scan(where="rank(close) <= 1", universe="index:I"), panel, catalogue(), sets=sets)
    for row in range(14):
        expected = [at for at in range(4) if panel.bar[row, at] and inside(at, date[row])]
        assert np.flatnonzero(past.member[row]).tolist() == expected
        best = max(expected, key=lambda at: panel.fields["close"][row, at], default=None)
        assert past.columns[past.rows == row].tolist() == ([] if best is None else [best])


SCANS = {
    "list": Scan(where="close > sma(5)", universe="list:mine"),
    "list across": Scan(where="rank(roc(3)) <= 1", universe="list:mine and volume > 1000", exclude="S02"),
    "lives": Scan(where="rank(roc(3)) <= 2", exclude="close < 20"),
}


@pytest.mark.parametrize("name", SCANS)
def test_now_history_live_and_warm_agree(name):
    scan, sets = SCANS[name], lists(mine=("S00", "S01", "S02", "S04"))
    lives = {"listed": days(*["2015-01-10"] * 3, None, None), "delisted": days(None, "2015-03-02", None, None, None)}
    panel = example_panel(times=60, symbols=5, holes=0.1)
    panel = dataclasses.replace(panel, attributes={**panel.attributes, **lives})
    live = Live.start(scan, panel.rows(0, 40), catalogue(), sets=sets)
    past, warm = history(scan, panel, catalogue(), sets=sets), Warm()
    for row in range(40, 46):
        upto = panel.rows(0, row + 1)
        found = now(scan, upto, catalogue(), sets=sets)
        for other in (live.commit(panel.rows(row, row + 1)), warm.now(scan, upto, catalogue(), sets=sets)):
            assert (other.hits, other.misses) == (found.hits, found.misses)
            assert other.receipt.outside == found.receipt.outside
            assert other.receipt.plan_hash == found.receipt.plan_hash
        assert sorted(hit.symbol for hit in found.hits) == [panel.symbols[at] for at in past.columns[past.rows == row]]


def test_a_long_list_is_kept_warm_and_a_changed_one_is_seen():
    panel, scan = example_panel(times=60, symbols=80, holes=0.1), Scan(where="rank(roc(3)) <= 5", universe="list:long")
    warm = Warm()
    for end, count in ((50, 70), (51, 70), (55, 70), (55, 75), (60, 75), (60, 20)):
        sets, rows = lists(long=panel.symbols[:count]), panel.rows(0, end)
        found, expected = (each(scan, rows, catalogue(), sets=sets) for each in (warm.now, now))
        assert (found.hits, found.misses) == (expected.hits, expected.misses)
        assert found.receipt.outside == expected.receipt.outside
    assert len(warm._kept) == 2


def test_a_list_in_a_history_is_hindsight():
    scan = Scan(where="close > 0", universe="list:a,B", exclude="list:b")
    past = history(scan, market(FOUR), catalogue(), sets=lists(a="A", b="C")).receipt
    assert "list:a, list:b: today's members, also for past days" in past.warnings
    assert not asked(market(FOUR), "list:a", lists(a="A")).receipt.warnings


def test_a_list_that_changed_is_another_plan():
    panel = market(FOUR)
    first, again, other = (asked(panel, "list:a", lists(a=who)).receipt.plan_hash for who in ("AB", "AB", "AC"))
    assert first == again != other


def test_a_category_that_nobody_has_is_refused_before_the_run():
    panel = dataclasses.replace(market(FOUR), attributes={"sector": words("Energy", "Energy", "Utilities", "")})
    with pytest.raises(SettingsError, match="did you mean 'Energy'"):
        asked(panel, 'sector == "Enrgy"')
    with pytest.raises(SettingsError, match="it has Energy, Utilities"):
        asked(panel, 'close > 1 and sector in ("Zzz", "Qqq")')
    with pytest.raises(SettingsError, match="data symbols --import"):
        asked(market(FOUR), 'sector == "Energy"')
    assert asked(panel, 'sector == "Enrgy" or close > 1').receipt.warnings


def test_a_universe_that_drops_everybody_is_refused_before_the_run():
    attributes = {"sector": words("X", "Y", "Y", ""), "kind": words("etf", "common", "common", "etf")}
    with pytest.raises(EmptyUniverse) as caught:
        asked(market(FOUR, attributes=attributes), 'sector == "X" and kind == "common" and close > 1')
    assert caught.value.facts["terms"] == 'sector == "X" holds for 1 of 4; kind == "common" holds for 2 of 4'


def test_what_each_part_lets_in_is_told():
    panel = market(
        FOUR, attributes={"delisted": days("2015-01-06", None, None, None), "sector": words("X", "X", "Y", "")}
    )
    scan = Scan(where="close > 0", universe='sector == "X" and close > 5', exclude="A")
    found = membership(scan, panel, catalogue())
    told = [(each.term, each.holds, each.fails, each.unknown, each.left) for each in found.terms]
    assert told == [
        ("not delisted before that day", 2, 1, 0, 2),
        ('sector == "X"', 2, 1, 0, 1),
        ("close > 5", 1, 2, 0, 1),
        ("not (A)", 2, 1, 0, 1),
    ]
    assert (found.symbols, list(found.members), found.frame) == (3, ["B"], "2015-01-08")
    assert members_a_day(scan, panel, catalogue()).tolist() == [1, 1, 1, 1]
    none = dataclasses.replace(scan, universe='sector == "X" and close > 6')
    error = empty(membership(none, panel, catalogue()), none)
    assert "close > 6 holds for 0 of 3" in str(error)


def test_members_of_a_market_without_bars():
    panel = market(FOUR).rows(0, 0)
    assert membership(Scan(where="close > 0"), panel, catalogue()).members == ()
    assert "no symbol has a bar" in str(
        empty(membership(Scan(where="close > 0"), panel, catalogue()), Scan(where="close > 0"))
    )


def test_symbols_of_an_index_that_the_market_lacks_are_missed_on_their_days_only():
    spells = (Spell("A"), Spell("GONE", dt.date(2015, 1, 6), dt.date(2015, 1, 7)))
    dated = Dated(
        series={"member_of I": steps_of(4, [0], [np.datetime64("2015-01-01", "s").astype(int)], [1.0])}, key="k"
    )
    panel, sets = dataclasses.replace(market(FOUR), dated=dated), Sets(spells={"index:I": spells})
    scan = Scan(where="close > 0", universe="index:I")
    missed = [
        now(scan, panel, catalogue(), as_of=panel.ts[row], sets=sets).receipt.missed.get("unknown_symbol", 0)
        for row in range(4)
    ]
    assert missed == [0, 1, 1, 0]


def test_an_exclusion_of_what_is_not_there_is_told():
    found = asked(market(FOUR), "all", exclude="A,TYPO").receipt
    assert found.outside == {"excluded": 1}
    assert "excluded in vain, the market has no such symbol: TYPO" in found.warnings
    with pytest.raises(SettingsError, match="an exclusion of some"):
        asked(market(FOUR), "all", exclude="all")


def test_a_set_that_nobody_knows_is_refused():
    with pytest.raises(SettingsError, match="the members of list:mine"):
        asked(market(FOUR), "list:mine")


def test_explain_and_why_see_the_same_members():
    panel, sets = market(FOUR), lists(mine="AB")
    scan = Scan(where="close > 2", universe="list:mine")
    assert explain(scan, panel, catalogue(), sets=sets).bars == 8
    assert [why(scan, panel, catalogue(), each, sets=sets).in_universe for each in "ABC"] == [True, True, False]


def test_a_condition_that_no_symbol_can_satisfy_is_told_before_the_run():
    attributes = {"sector": words("X", "Y", "Y", ""), "kind": words("etf", "common", "common", "etf")}
    panel = market(FOUR, attributes=attributes)
    where = 'sector == "X" and kind == "common" and close > 1'
    told = 'no symbol can be found: sector == "X" holds for 1 of 4; kind == "common" holds for 2 of 4'
    assert told in now(Scan(where=where), panel, catalogue()).receipt.warnings
    assert not any("no symbol can" in each for each in asked(panel, 'sector == "X"').receipt.warnings)
