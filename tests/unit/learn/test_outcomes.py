from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.learn.outcomes import quarantine_mask, summary, survivors
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval

sys.path.insert(0, str(Path(__file__).parent))
from markets import DAY, FIRST, panel, walk


def some_hits(market, seed=0, share=0.05):
    generator = np.random.default_rng(seed)
    return (generator.random(market.shape) < share).astype(np.uint8) * market.bar


def measured(market, hits, **more):
    return summary(market, hits, generator=np.random.default_rng(3), draws=100, **more)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99))
def test_permuting_the_symbols_changes_nothing(seed):
    market = walk(seed, 120, 8, 0.1)
    hits = some_hits(market, seed)
    order = np.random.default_rng(seed).permutation(8)
    for one, other in zip(
        measured(market, hits).outcomes, measured(market.columns(order), hits[:, order]).outcomes, strict=True
    ):
        for field in ("hits", "episodes", "counted", "days", "without"):
            assert getattr(one, field) == getattr(other, field)
        for field in ("mean", "median", "excess", "universe", "effective"):
            assert getattr(one, field) == pytest.approx(getattr(other, field), rel=1e-9, abs=1e-9, nan_ok=True)
        assert one.excess_bounds.low == pytest.approx(other.excess_bounds.low, rel=1e-9, abs=1e-9, nan_ok=True)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99), count=st.sampled_from(["episodes", "hits"]))
def test_counted_and_without_add_up(seed, count):
    market = walk(seed, 60, 5, 0.2)
    hits = some_hits(market, seed, 0.2)
    for outcome in measured(market, hits, count=count).outcomes:
        whole = outcome.episodes if count == "episodes" else outcome.hits
        assert outcome.counted + sum(outcome.without.values()) == whole
        assert outcome.episodes <= outcome.hits == int((hits == 1).sum())
        assert outcome.days <= outcome.counted
        assert outcome.effective <= max(outcome.counted, 10)


def test_everybody_a_hit_has_no_excess():
    market = walk(1, 300, 5)
    outcome = measured(market, market.bar, count="hits").outcomes[1]
    assert outcome.excess == pytest.approx(0, abs=1e-9)
    assert outcome.mean == pytest.approx(outcome.universe)


def test_the_excess_is_over_the_members_of_the_same_day():
    close = np.stack([1.01 ** np.arange(40.0), np.full(40, 5.0), 1.02 ** np.arange(40.0)], axis=1)
    market = panel(close)
    hits = np.zeros(market.shape, dtype=np.uint8)
    hits[10:14] = [1, 0, 1]
    member = market.bar.copy()
    member[:, 2] = 0
    outcome = measured(market, hits, horizons=(3,), member=member).outcomes[0]
    assert (outcome.hits, outcome.episodes) == (4, 2)
    assert outcome.mean == pytest.approx(100 * (1.01**2 - 1))
    assert outcome.excess == pytest.approx(outcome.mean / 2)


def test_unknown_is_no_hit():
    market = walk(2, 50, 3)
    result = measured(market, np.full(market.shape, 2, dtype=np.uint8))
    assert [outcome.hits for outcome in result.outcomes] == [0, 0, 0]
    assert np.isnan(result.outcomes[0].mean)
    assert result.outcomes[0].evidence == "not enough evidence"


def test_few_hits_are_not_enough_evidence():
    market = walk(3, 400, 5)
    hits = np.zeros(market.shape, dtype=np.uint8)
    hits[::20, 0] = 1
    assert {outcome.evidence for outcome in measured(market, hits).outcomes} == {"not enough evidence"}


def test_hits_that_rise_are_found_better():
    generator = np.random.default_rng(4)
    move = generator.normal(0, 0.005, (800, 20))
    hits = (generator.random((800, 20)) < 0.05).astype(np.uint8)
    move[2:] += 0.004 * hits[:-2]
    outcome = measured(panel(100 * np.exp(move.cumsum(axis=0))), hits, horizons=(5,)).outcomes[0]
    assert outcome.evidence == "better than the universe"
    assert outcome.effective >= 30


def test_each_hit_stands_once_in_order_of_time():
    market = walk(5, 60, 300, 0.1)
    hits = some_hits(market)
    found = measured(market, hits).hits
    rows, columns = np.nonzero(hits)
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_array_equal(found.columns, columns)
    assert found.returns.shape == found.excess.shape == found.why.shape == found.episode.shape == (3, len(rows))
    np.testing.assert_array_equal(np.isnan(found.returns), found.why != 0)


def test_survivors_are_those_who_all_live_to_the_end():
    market = walk(6, 60, 3)
    assert survivors(market)
    close = market.fields["close"].copy()
    close[30:, 1] = np.nan
    assert not survivors(panel(close))


def test_a_refused_bar_stands_on_its_frame_or_on_the_next():
    market = panel(np.full((5, 2), 1.0), ts=FIRST + np.array([0, 1, 4, 5, 6]) * DAY)
    mask = quarantine_mask(
        market, [("S001", FIRST + 2 * DAY), ("S000", FIRST + DAY), ("X", FIRST), ("S000", FIRST + 9 * DAY)]
    )
    assert np.argwhere(mask).tolist() == [[1, 0], [2, 1]]


def test_intraday_bars_are_drawn_by_the_day():
    ts = (FIRST + np.arange(40)[:, None] * DAY + np.arange(15, 22) * np.timedelta64(3600, "s")).ravel()
    market = walk(7, 280, 4)
    market = dataclasses.replace(market, interval=Interval.HOUR, ts=ts)
    outcome = measured(market, market.bar, horizons=(20,), count="hits").outcomes[0]
    assert outcome.days == 38
    assert outcome.block == 4


@pytest.mark.parametrize("more", [{"horizons": (0,)}, {"horizons": ()}, {"member": np.ones((2, 2), dtype=np.uint8)}])
def test_a_question_that_does_not_fit_is_refused(more):
    market = walk(8, 10, 2)
    with pytest.raises(SettingsError):
        measured(market, market.bar, **more)
