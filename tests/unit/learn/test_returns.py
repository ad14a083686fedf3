from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.learn.returns import Why, forward

sys.path.insert(0, str(Path(__file__).parent))
from markets import panel, walk

HORIZONS = (1, 5, 20)


def measured(market, horizons=HORIZONS, quarantined=None):
    returns = np.full((len(horizons), *market.shape), np.nan)
    why = np.zeros((len(horizons), *market.shape), dtype=np.uint8)
    for block in forward(market, horizons, quarantined):
        returns[:, :, block.columns] = np.stack(block.returns)
        why[:, :, block.columns] = np.stack(block.why)
    return returns, why


def one_by_one(market, horizon):
    """The same returns by the plainest loop."""
    out = np.full(market.shape, np.nan)
    for at in range(market.shape[1]):
        own = np.flatnonzero(market.bar[:, at])
        for place in range(len(own) - horizon):
            entry = market.fields["open"][own[place + 1], at]
            out[own[place], at] = (market.fields["close"][own[place + horizon], at] / entry - 1) * 100
    return out


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), holes=st.sampled_from([0.0, 0.1, 0.6]), T=st.integers(1, 60), N=st.integers(1, 6))
def test_returns_are_of_the_symbols_own_bars(seed, holes, T, N):
    market = walk(seed, T, N, holes)
    returns, _ = measured(market)
    for at, horizon in enumerate(HORIZONS):
        np.testing.assert_allclose(returns[at], one_by_one(market, horizon), rtol=1e-12, atol=1e-12)


@given(growth=st.floats(-0.02, 0.02), horizon=st.integers(1, 10))
def test_a_series_that_grows_evenly_returns_what_it_must(growth, horizon):
    market = panel((1 + growth) ** np.arange(30.0)[:, None])
    returns, _ = measured(market, (horizon,))
    np.testing.assert_allclose(returns[0, : 30 - horizon, 0], 100 * ((1 + growth) ** (horizon - 1) - 1), atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), cut=st.integers(5, 79), shock=st.floats(0.2, 5.0), at=st.integers(1, 79))
def test_later_bars_leave_closed_outcomes_as_they_were(seed, cut, shock, at):
    market = walk(seed, 80, 4, 0.1)
    for name in ("open", "close"):
        market.fields[name][at, 0] *= shock
        market.fields[name][at:, 1] *= shock
    before, _ = measured(market.rows(0, cut))
    after, _ = measured(market)
    closed = ~np.isnan(before)
    np.testing.assert_array_equal(before[closed], after[:, :cut][closed])


def test_a_window_beyond_the_last_bar_says_so():
    _, why = measured(panel(np.full((30, 1), 10.0)))
    assert why[0, :, 0].tolist() == [0] * 29 + [Why.NO_NEXT_BAR]
    assert why[1, :, 0].tolist() == [0] * 25 + [Why.ENDS] * 4 + [Why.NO_NEXT_BAR]


def test_a_series_that_ends_early_ends_at_its_own_last_bar():
    close = np.full((30, 2), 10.0)
    close[20:, 0] = np.nan
    close[3, 0] = np.nan
    _, why = measured(panel(close), (2,))
    assert why[0, 17:20, 0].tolist() == [0, Why.ENDS, Why.NO_NEXT_BAR]


def flags(close, *, open=None, volume=None, horizon=3):
    market = panel(np.array(close)[:, None], open=None if open is None else np.array(open)[:, None], volume=volume)
    returns, why = measured(market, (horizon,))
    assert np.isnan(returns[0][why[0] != Why.RETURN]).all()
    return np.flatnonzero(why[0, :, 0] == Why.JUMP).tolist()


@pytest.mark.parametrize("ratio", [1 / 2, 2, 3 / 2, 2 / 3, 1 / 7, 10, 1 / 20])
def test_a_quiet_split_like_jump_breaks_the_windows_across_it(ratio):
    volume = np.array([[1000.0]] * 20 + [[1000.0 / ratio]] * 20)
    assert flags([10.0] * 20 + [10.0 * ratio] * 20, volume=volume) == [17, 18]


def test_a_real_crash_stays():
    assert flags([10.0] * 20 + [6.1] * 20) == []
    loud = np.full((40, 1), 1000.0)
    loud[20] = 20_000
    assert flags([10.0] * 20 + [5.0] * 20, volume=loud) == []


def test_a_known_split_leaves_no_jump_in_an_adjusted_panel():
    assert flags([5.0] * 40) == []


def test_a_spike_that_reverts_spoils_the_windows_that_hold_it():
    assert flags([10.0] * 20 + [14.5] + [10.1] * 20) == [17, 18, 19]
    assert flags([10.0] * 20 + [7.0, 7.1] + [10.1] * 20) == [17, 18, 19, 20]


def test_a_crash_that_recovers_half_stays():
    assert flags([10.0] * 20 + [6.2] + [8.0] * 20) == []


def test_a_large_move_in_the_last_bars_is_undecided_until_three_have_passed():
    assert flags([10.0] * 20 + [6.2] * 3) == [17, 18, 19]
    assert flags([10.0] * 20 + [6.2] * 4) == []


def test_a_crash_before_a_delisting_is_decided_after_twenty_frames():
    close = np.full((60, 2), 10.0)
    close[20:22, 0] = 6.2
    close[22:, 0] = np.nan
    early, _ = measured(panel(close[:40]), (2,))
    late, _ = measured(panel(close), (2,))
    assert np.isnan(early[0, 19, 0])
    assert late[0, 18, 0] == pytest.approx(-38.0)


def test_a_wrong_opening_spoils_only_the_window_that_starts_there():
    assert flags([10.0] * 40, open=[10.0] * 20 + [5.4] + [10.0] * 19) == [19]


@pytest.mark.parametrize("gone", [False, True])
def test_a_quarantined_bar_inside_a_window_leaves_it_without_a_return(gone):
    close = np.full((30, 2), 10.0)
    close[12, 0] = np.nan
    close[3, 0] = np.nan if gone else 10.0
    mask = np.zeros(close.shape, dtype=np.uint8)
    mask[12, 0] = 1
    _, why = measured(panel(close), (2,), mask)
    assert np.flatnonzero(why[0, :, 0] == Why.QUARANTINED).tolist() == [10, 11]
    assert not (why[0, :, 1] == Why.QUARANTINED).any()


def test_a_missing_price_inside_a_bar_is_a_reason_of_its_own():
    market = panel(np.full((30, 1), 10.0))
    open = market.fields["open"].copy()
    open[5] = np.nan
    market.fields["open"] = open
    _, why = measured(market, (2,))
    assert np.flatnonzero(why[0, :, 0] == Why.MISSING).tolist() == [4]
