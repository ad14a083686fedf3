"""A live session: what it takes, what it refuses, who joins and who leaves."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine import session as live
from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.engine.session import Session
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.errors import Conflict, DataError, UnknownSymbol
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute
from tests.example import example_panel, example_plan

TEXT = "close > sma(20) and rsi(14) < 60"
PANEL = example_panel(120, 6, holes=0.1)
RULE = example_plan(TEXT)


def whole(rule=RULE, panel=PANEL):
    return Fold.over(rule, panel).advance(panel)["where"]


def rest(session, start, panel=PANEL):
    return np.concatenate([session.commit(panel.rows(at, at + 1))["where"] for at in range(start, panel.shape[0])])


def same(found, expected, bar):
    np.testing.assert_array_equal(np.where(bar == 1, found, -1), np.where(bar == 1, expected, -1))


def test_a_session_knows_where_it_stands():
    session = Session.start(RULE, PANEL.rows(0, 100))
    assert session.last == PANEL.ts[99]
    assert session.symbols == PANEL.symbols
    session.commit(PANEL.rows(100, 101))
    assert session.last == PANEL.ts[100]
    assert Session(RULE, PANEL).last is None


@pytest.mark.parametrize(("start", "stop"), [(99, 100), (50, 51), (99, 102)])
def test_a_row_that_is_not_later_is_refused(start, stop):
    session = Session.start(RULE, PANEL.rows(0, 100))
    for take in (session.commit, session.peek):
        with pytest.raises(DataError, match="rising rows after"):
            take(PANEL.rows(start, stop))
    assert session.last == PANEL.ts[99]


def test_rows_that_do_not_rise_are_refused():
    session = Session.start(RULE, PANEL.rows(0, 100))
    rows = dataclasses.replace(PANEL.rows(100, 102), ts=PANEL.ts[[101, 100]])
    with pytest.raises(DataError, match="rising rows"):
        session.commit(rows)


def test_no_row_is_refused():
    with pytest.raises(DataError, match="no row"):
        Session.start(RULE, PANEL.rows(0, 100)).commit(PANEL.rows(100, 100))


def test_other_symbols_are_refused():
    session = Session.start(RULE, PANEL.rows(0, 100))
    for columns in ([0, 1], [1, 0, 2, 3, 4, 5]):
        with pytest.raises(DataError, match="the session's 6 symbols in their order"):
            session.commit(PANEL.rows(100, 101).columns(np.array(columns)))


def test_a_peek_may_be_repeated():
    session = Session.start(RULE, PANEL.rows(0, 100))
    row = PANEL.rows(100, 101)
    first = {name: values.copy() for name, values in session.peek(row).items()}
    second = session.peek(row)
    np.testing.assert_array_equal(first["where"], second["where"])
    assert session.last == PANEL.ts[99]
    same(rest(session, 100), whole()[100:], PANEL.bar[100:])


def test_a_snapshot_is_the_same_for_the_same_state():
    assert Session.start(RULE, PANEL.rows(0, 100)).snapshot() == Session.start(RULE, PANEL.rows(0, 100)).snapshot()


def test_a_snapshot_is_plain_arrays():
    with np.load(io.BytesIO(Session.start(RULE, PANEL.rows(0, 100)).snapshot()), allow_pickle=False) as found:
        assert "header" in found.files


def test_a_session_goes_on_from_a_snapshot():
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    session = Session.resume(kept, RULE, PANEL.rows(0, 0))
    assert session.last == PANEL.ts[99]
    same(rest(session, 100), whole()[100:], PANEL.bar[100:])


def conflict(kept, rule=RULE, panel=PANEL):
    with pytest.raises(Conflict) as caught:
        Session.resume(kept, rule, panel)
    assert caught.value.advice
    return caught.value.text


def test_a_snapshot_of_another_plan_is_refused():
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    assert "plan" in conflict(kept, example_plan("close > sma(21)"))


def test_a_snapshot_of_other_symbols_is_refused():
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    assert "symbols 2: S00, S01" in conflict(kept, panel=PANEL.columns(np.array([0, 1])))
    renamed = dataclasses.replace(PANEL, symbols=("X", *PANEL.symbols[1:]))
    assert "symbols" in conflict(kept, panel=renamed)


def test_a_snapshot_of_another_interval_is_refused():
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    assert "interval 1w" in conflict(kept, panel=dataclasses.replace(PANEL, interval=Interval.WEEK))


def test_a_snapshot_of_another_version_is_refused(monkeypatch):
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    monkeypatch.setattr(live, "VERSION", live.VERSION + 1)
    assert f"version {live.VERSION}" in conflict(kept)


def other(kept, **changed):
    """A snapshot with some arrays changed, None left out."""
    with np.load(io.BytesIO(kept)) as found:
        arrays = {name: found[name] for name in found.files} | changed
    file = io.BytesIO()
    np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    return file.getvalue()


def test_bytes_that_are_no_snapshot_are_refused():
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    for broken in (b"", b"abc", b"PK\x03\x04", kept[: len(kept) // 2], kept[:-30], kept[40:]):
        assert "a session's snapshot" in conflict(broken)
    damaged = bytearray(kept)
    damaged[len(kept) // 2] ^= 0xFF
    assert "a session's snapshot" in conflict(bytes(damaged))
    assert "a session's snapshot" in conflict(other(kept, header=None))
    assert "a session's snapshot" in conflict(other(kept, header=np.frombuffer(b"{", np.uint8)))


def test_state_of_another_shape_is_refused_before_it_is_used():
    kept = Session.start(RULE, PANEL.rows(0, 100)).snapshot()
    assert "level0" in conflict(other(kept, level0=np.zeros((2, 6))))
    assert "level0" in conflict(other(kept, level0=None))


def test_symbols_join_with_their_own_history():
    session = Session.start(RULE, PANEL.rows(0, 100).columns(np.array([0, 1, 2])))
    session.add(PANEL.columns(np.array([3, 4, 5])))
    assert session.symbols == PANEL.symbols
    same(rest(session, 100), whole()[100:], PANEL.bar[100:])


def test_a_new_listing_joins_without_a_past():
    session = Session.start(RULE, PANEL.rows(0, 100).columns(np.array([0, 1, 2])))
    session.add(PANEL.rows(0, 0).columns(np.array([3, 4, 5])))
    late = dataclasses.replace(PANEL, bar=PANEL.bar.copy())
    late.bar[:100, 3:] = 0
    same(rest(session, 100), whole(panel=late)[100:], PANEL.bar[100:])


def test_who_is_there_cannot_join_again():
    session = Session.start(RULE, PANEL.rows(0, 100))
    with pytest.raises(DataError, match="not in the session"):
        session.add(PANEL.columns(np.array([0])))


def test_facts_of_the_symbols_come_with_each_row():
    rule = plan({"where": read('sector == "Technology"', catalogue())}, Typing(catalogue()))
    full = dataclasses.replace(PANEL, bar=np.ones_like(PANEL.bar))
    session = Session.start(rule, full.rows(0, 100).columns(np.array([0, 1])))
    session.add(full.columns(np.array([2, 3, 4, 5])))
    assert session.commit(full.rows(100, 101))["where"][0].tolist() == [0, 1, 0, 1, 0, 1]
    turned = Attribute(codes=np.array([2, 2, 2, 1, 0, -1], np.int32), names=("Mining", "Energy", "Technology"))
    moved = dataclasses.replace(full.rows(101, 102), attributes={"sector": turned})
    assert session.commit(moved)["where"][0].tolist() == [1, 1, 1, 0, 0, 2]


def test_joining_beside_another_symbol_needs_its_history_too():
    rule = example_plan('corr(close, of("S00", close), 20) > 0')
    session = Session.start(rule, PANEL.rows(0, 100).columns(np.array([0, 1, 2])))
    with pytest.raises(DataError, match="S00"):
        session.add(PANEL.columns(np.array([3, 4, 5])))
    session.add(PANEL.columns(np.array([0, 3, 4, 5])))
    assert session.symbols == PANEL.symbols
    same(rest(session, 100), whole(rule)[100:], PANEL.bar[100:])


def test_nobody_joins_a_memory_of_ranks():
    session = Session.start(example_plan("mean(rank(close), 5) < 3"), PANEL.rows(0, 100).columns(np.array([0, 1])))
    with pytest.raises(DataError, match="across symbols"):
        session.add(PANEL.columns(np.array([2])))


def test_ranks_that_nobody_remembers_know_who_joined():
    rule = example_plan("rank(roc(5)) <= 2")
    session = Session.start(rule, PANEL.rows(0, 100).columns(np.array([0, 1, 2])))
    session.add(PANEL.columns(np.array([3, 4, 5])))
    same(rest(session, 100), whole(rule)[100:], PANEL.bar[100:])


def test_symbols_leave():
    session = Session.start(RULE, PANEL.rows(0, 100))
    session.remove(["S01", "S04"])
    few = PANEL.columns(np.array([0, 2, 3, 5]))
    assert session.symbols == few.symbols
    same(rest(session, 100, few), whole(panel=few)[100:], few.bar[100:])


def test_who_is_not_there_cannot_leave():
    session = Session.start(RULE, PANEL.rows(0, 100))
    with pytest.raises(UnknownSymbol):
        session.remove(["S01", "NOPE"])
    assert session.symbols == PANEL.symbols


def test_whom_the_rule_looks_at_cannot_leave():
    session = Session.start(example_plan('of("S00", close) > 1'), PANEL.rows(0, 100))
    with pytest.raises(DataError, match="S00"):
        session.remove(["S00"])
    assert session.symbols == PANEL.symbols


@pytest.mark.parametrize("text", ['at("1w", close[1]) < close', 'at("1w", close, forming=True) > sma(3)'])
def test_longer_bars_go_with_those_who_join_and_leave(text):
    rule = example_plan(text)
    session = Session.start(rule, PANEL.rows(0, 100).columns(np.array([0, 1, 2])))
    session.add(PANEL.columns(np.array([3, 4, 5])))
    session.remove(["S01"])
    few = PANEL.columns(np.array([0, 2, 3, 4, 5]))
    same(rest(session, 100, few), whole(rule, few)[100:], few.bar[100:])
