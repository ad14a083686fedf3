from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scanwright.learn.episodes import episodes

rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), max_size=80, unique=True)


def begun(hits, horizon):
    hits = np.array(sorted(hits), dtype=np.int64).reshape(-1, 2)
    return [tuple(each) for each in hits[episodes(hits[:, 0], hits[:, 1], horizon)].tolist()]


@given(hits=rows, horizon=st.integers(1, 25))
def test_an_episode_begins_where_no_other_of_its_symbol_is_nearer_than_the_horizon(hits, horizon):
    expected: list[tuple[int, int]] = []
    for symbol, bar in sorted(hits):
        if not expected or expected[-1][0] != symbol or bar - expected[-1][1] >= horizon:
            expected.append((symbol, bar))
    assert begun(hits, horizon) == expected


@given(hits=rows)
def test_with_one_bar_every_hit_is_an_episode(hits):
    assert begun(hits, 1) == sorted(hits)


@given(hits=rows)
def test_a_horizon_longer_than_the_market_leaves_one_episode_a_symbol(hits):
    assert len(begun(hits, 100)) == len({symbol for symbol, _ in hits})
