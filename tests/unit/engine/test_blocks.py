"""Blocks: every wanted column is somebody's own exactly once."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from scanwright.engine.blocks import complete, neighbours, share_out, wide


@given(
    full=st.lists(st.booleans(), min_size=1, max_size=60),
    wanted=st.data(),
    width=st.integers(1, 20),
)
def test_every_wanted_column_is_owned_once(full, wanted, width):
    columns = np.array(sorted(wanted.draw(st.sets(st.integers(0, len(full) - 1), min_size=1))))
    chosen = np.array(full, np.uint8)[columns]
    blocks = share_out(columns, chosen, width)
    owned = np.concatenate([block.columns[block.own] for block in blocks])
    assert sorted(owned) == columns.tolist()
    assert all(block.width <= width for block in blocks)


@given(full=st.lists(st.booleans(), min_size=1, max_size=60), width=st.integers(1, 20))
def test_a_symbol_that_lacks_bars_runs_in_a_gathered_block(full, width):
    columns = np.arange(len(full))
    for block in share_out(columns, np.array(full, np.uint8), width):
        lacking = [int(column) for column in block.columns[block.own] if not full[column]]
        assert not lacking or block.start < 0


def test_symbols_without_holes_stand_beside_each_other():
    blocks = share_out(np.arange(10), np.ones(10, np.uint8), 4)
    assert [(block.start, block.width, block.full) for block in blocks] == [(0, 4, True), (4, 4, True), (8, 2, True)]


def test_a_few_symbols_far_apart_are_gathered():
    blocks = share_out(np.array([0, 50, 99]), np.ones(3, np.uint8), 256)
    assert [(block.start, block.width) for block in blocks] == [(-1, 3)]


def test_one_bar_at_a_time_runs_over_all_in_their_order():
    (block,) = neighbours(np.arange(5), 5)
    assert (block.start, block.full, block.columns.tolist()) == (-1, False, [0, 1, 2, 3, 4])


def test_complete_are_those_with_a_bar_in_every_row():
    bar = np.ones((600, 3), np.uint8)
    bar[599, 1] = 0
    np.testing.assert_array_equal(complete(bar, np.array([0, 1, 2])), [1, 0, 1])
    np.testing.assert_array_equal(complete(bar, np.array([1])), [0])


def test_every_thread_gets_two_blocks():
    for symbols in (1, 100, 5000):
        assert wide(symbols, 2) * 4 >= min(symbols, wide(symbols, 2) * 4)
