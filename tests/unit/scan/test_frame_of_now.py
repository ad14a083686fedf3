"""The frame of now: the last one where most of those who were active lately have a bar."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.scan.judge import frame_of_now, passed_over
from tests.example import example_panel
from tests.laws.panels import Market


def thinned(kept, rows=(-1,), times=30, symbols=10):
    """A panel whose rows at the end have bars of some symbols only."""
    panel = example_panel(times, symbols)
    bar = panel.bar.copy()
    for row in rows:
        bar[row, kept:] = 0
    return dataclasses.replace(panel, bar=bar)


def test_the_last_frame_is_now():
    assert frame_of_now(example_panel(30, 10), None) == 29


@pytest.mark.parametrize(("kept", "row"), [(10, 29), (6, 29), (5, 29), (4, 28), (1, 28), (0, 28)])
def test_the_frame_of_now_passes_over_stray_rows(kept, row):
    assert frame_of_now(thinned(kept), None) == row


def test_late_feeds_may_take_several_frames():
    assert frame_of_now(thinned(2, (-1, -2, -3)), None) == 26


def test_those_who_left_long_ago_are_not_waited_for():
    panel = example_panel(60, 10)
    bar = panel.bar.copy()
    bar[30:, 2:] = 0
    assert frame_of_now(dataclasses.replace(panel, bar=bar), None) == 59


def test_the_as_of_is_a_bound():
    panel = example_panel(30, 10)
    assert frame_of_now(panel, panel.ts[12]) == 12
    assert frame_of_now(panel, panel.ts[12] + np.timedelta64(1, "s")) == 12
    assert frame_of_now(panel, panel.ts[12].astype("M8[D]")) == 12
    assert frame_of_now(panel, panel.ts[0] - np.timedelta64(1, "D")) == -1


def test_a_market_of_one_frame_has_a_now():
    assert frame_of_now(example_panel(1, 3), None) == 0
    assert frame_of_now(example_panel(1, 3).rows(0, 0), None) == -1


def test_frames_that_are_passed_over_are_said():
    panel = thinned(4)
    (said,) = passed_over(panel, frame_of_now(panel, None), "regular")
    assert "at most 4 symbols" in said
    assert not passed_over(panel, 29, "regular")


def test_intraday_the_last_frame_of_the_session_is_now():
    panel = Market(seed=1).intraday()
    regular, extended = (frame_of_now(panel, None, session) for session in ("regular", "extended"))
    assert extended == len(panel.ts) - 1
    assert str(panel.ts[regular]).endswith("T20:00:00")  # 16:00 in New York in summer
