"""A board says what history says, from whatever was kept; what is left out asks for nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.app.wiring import catalogue
from scanwright.data.simulated import simulate
from scanwright.model.errors import Cancelled
from scanwright.scan.board import Boards
from scanwright.scan.definition import Scan
from scanwright.scan.explain import why
from scanwright.scan.history import history
from scanwright.scan.judge import Case
from scanwright.scan.play import play, selectivity, why_on

PANEL = simulate(symbols=30, years=2, seed=11).panel()
BOARDS = Boards(most=2_000_000)
TERMS = st.sampled_from(
    [
        "close > sma(20)",
        "close > sma(50)",
        "rsi(14) < 60",
        "rsi(14) <= 45",
        "1.2 * sma(volume, 20) < volume",
        "rank(roc(20)) < 15",
        "crosses_above(close, sma(5))",
        "close != open",
        "sector == 'Energy' or close > 20",
        'at("1w", close > sma(10))',
        "5 < close < 100",
    ]
)
SCANS = st.builds(
    lambda terms, universe: Scan(where=" and ".join(terms), universe=universe),
    st.lists(TERMS, min_size=1, max_size=4),
    st.sampled_from(["all", "close > 10", "SPY,QQQ,IWM"]),
)


def board_of(scan, panel=PANEL, boards=BOARDS):
    case = Case.of(scan, panel, catalogue())
    return boards.of(case, row=case.row_of(None))


@given(SCANS)
@settings(max_examples=40, deadline=None)
def test_a_board_says_what_history_says(scan):
    board, past = board_of(scan), history(scan, PANEL, catalogue())
    hits = (board.joint() == 1) & board.inside
    assert np.array_equal(hits, ((past.found == 1) & (past.member == 1))[board.rows])
    for at in (0, len(board.rows) // 2, len(board.rows) - 1):
        known = {PANEL.symbols[column] for column in np.flatnonzero(hits[at])}
        assert set(play(board, as_of=PANEL.ts[board.rows[at]]).hits) == known


@given(SCANS, st.integers(0, 29), st.integers(0, 240))
@settings(max_examples=40, deadline=None)
def test_a_board_says_why_as_explain_does(scan, column, back):
    scan = dataclasses.replace(scan, universe="all")
    board = board_of(scan)
    at = len(board.rows) - 1 - back
    mine = why_on(board, at, PANEL.symbols[column])
    theirs = why(scan, PANEL, catalogue(), PANEL.symbols[column], as_of=PANEL.ts[board.rows[at]])
    if mine.ts != theirs.ts:  # a frame that now passes over
        return
    assert (mine.hit, mine.reason) == (theirs.hit, theirs.reason)
    assert [(each.term, each.held) for each in mine.terms] == [(each.term, each.held) for each in theirs.terms]
    for one, two in zip(mine.terms, theirs.terms, strict=True):
        if one.distance is not None:
            assert one.distance == two.distance


def test_what_is_left_out_asks_for_nothing():
    board = board_of(Scan(where="close > sma(20) and rsi(14) < 60 and close > 1"))
    less = board_of(Scan(where="close > sma(20) and close > 1"))
    assert np.array_equal(board.joint([1]), less.joint())
    everything = play(board, off=[0, 1, 2])
    assert len(everything.hits) == everything.universe


def test_those_that_failed_least_come_first():
    board = board_of(Scan(where="close > sma(20) and rsi(14) < 60 and volume > 1.5 * sma(volume, 20)"))
    found = play(board, near=30).near
    counts = [len(each.terms) for each in found]
    assert counts == sorted(counts)
    assert not {each.symbol for each in found} & set(play(board).hits)
    assert all(each.distance is not None for near in found for each in near.terms)


def test_a_streak_counts_own_bars():
    board = board_of(Scan(where="close > 0"))
    at = len(board.rows) - 1
    own = (board.case.panel.bar[board.rows] == 1).sum(axis=0)
    assert np.array_equal(board.streak(at), own)
    never = board_of(Scan(where="rsi(14) > 100"))
    assert not never.streak(at).any()
    assert selectivity(never).never


def test_work_that_nobody_waits_for_ends():
    def stop():
        raise Cancelled(done="nothing", todo="ask again")

    case = Case.of(Scan(where="close > sma(33)"), PANEL, catalogue())
    with pytest.raises(Cancelled):
        Boards().of(case, row=case.row_of(None), stop=stop)
