"""Gathered symbols pressed together and spread again."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.engine.press import Press

BAR = np.array([[0, 1, 1], [1, 0, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
COLUMNS = np.array([2, 0])
ROOM = np.full(9, np.nan)
WHOLE = np.arange(12, dtype=np.float64).reshape(4, 3)


@pytest.fixture
def pressed():
    return Press(np.take(BAR, COLUMNS, axis=1), COLUMNS)


def test_every_symbols_bars_start_at_the_top(pressed):
    assert pressed.rows == 4
    np.testing.assert_array_equal(pressed.press(WHOLE, ROOM.copy()), [[2, 3], [5, 6], [8, 9], [11, np.nan]])
    np.testing.assert_array_equal(pressed.bar, [[1, 1], [1, 1], [1, 1], [1, 0]])


def test_what_belongs_to_a_time_follows_each_symbols_own_times(pressed):
    times = np.repeat(np.arange(4.0)[:, None], 3, axis=1)
    np.testing.assert_array_equal(pressed.times(times, ROOM.copy()), [[0, 1], [1, 2], [2, 3], [3, np.nan]])


def test_numbers_return_to_their_rows_and_are_missing_elsewhere(pressed):
    back = np.full(WHOLE.shape, -1.0)
    pressed.spread(pressed.press(WHOLE, ROOM.copy()), back)
    np.testing.assert_array_equal(back, [[np.nan, -1, 2], [3, -1, 5], [6, -1, 8], [9, -1, 11]])


def test_bytes_return_to_their_rows_and_are_unknown_elsewhere(pressed):
    part = np.array([[1, 0], [1, 0], [1, 0], [1, 0]], np.uint8)
    back = np.full(WHOLE.shape, 9, np.uint8)
    pressed.spread(part, back)
    np.testing.assert_array_equal(back, [[2, 9, 1], [0, 9, 1], [0, 9, 1], [0, 9, 1]])


def test_equal_holes_need_no_mask():
    same = np.array([[1, 1], [0, 0], [1, 1]], np.uint8)
    assert Press(same, np.array([0, 1])).bar is None


def test_rows_of_another_length_are_refused(pressed):
    with pytest.raises(ValueError, match="expected 4 rows"):
        pressed.press(WHOLE[:3], ROOM)
