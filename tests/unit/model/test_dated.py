"""Steps against looking each value up by itself."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from scanwright.model.dated import EVER, Dated, steps_of

MOMENTS = st.integers(-50, 50) | st.just(EVER)


@st.composite
def many(draw):
    """Steps of up to four symbols as rows, and the same as steps."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(st.integers(0, width - 1), MOMENTS, st.integers(0, 9)), max_size=30))
    rows.sort(key=lambda row: row[:2])  # of two at one moment the later one stays
    return width, rows, steps_of(width, *([row[at] for row in rows] for at in range(3)))


def looked_up(rows, column, moment):
    held = [float(value) for at, when, value in rows if at == column and when <= moment]
    return held[-1] if held else np.nan


@given(many(), st.lists(st.integers(-60, 60), min_size=1, max_size=12).map(sorted))
def test_a_table_holds_what_is_found_one_by_one(made, moments):
    width, rows, steps = made
    expected = [[looked_up(rows, column, moment) for column in range(width)] for moment in moments]
    np.testing.assert_array_equal(steps.table(np.array(moments)), np.array(expected).reshape(len(moments), width))


@given(many(), st.lists(st.integers(-60, 60), min_size=1, max_size=12).map(sorted), st.data())
def test_any_split_of_the_moments_and_any_symbols_give_the_same(made, moments, data):
    width, _, steps = made
    cut = data.draw(st.integers(0, len(moments)))
    columns = np.array(data.draw(st.lists(st.integers(0, width - 1), min_size=1, max_size=5)))
    whole = steps.table(np.array(moments))
    parts = [steps.table(np.array(each, np.int64)) for each in (moments[:cut], moments[cut:])]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    taken = Dated(series={"x": steps}).take(np.arange(width)).take(columns).get("x")
    assert taken is not None
    np.testing.assert_array_equal(taken.table(np.array(moments)), whole[:, columns])


@given(many(), st.integers(-60, 60), st.integers(-60, 60))
def test_what_is_known_by_a_moment_is_all_that_can_be_seen_up_to_it(made, last, moment):
    _, rows, steps = made
    known = steps.known_by(last)
    seen = np.array([min(last, moment), last])
    np.testing.assert_array_equal(known.table(seen), steps.table(seen))
    np.testing.assert_array_equal(known.table(np.array([99]))[0], steps.table(np.array([last]))[0])
    count, at, value = steps.until(last)
    assert at.tolist() == [when for _, when, _ in rows if when <= last]
    assert value.tolist() == [float(each) for _, when, each in rows if when <= last]
    assert count.sum() == len(at)


def test_names_say_what_there_is():
    dated = Dated(series=dict.fromkeys(("events_so_far news", "events_so_far filing", "pe"), steps_of(1, [], [], [])))
    assert dated.told("events_so_far") == ("news", "filing")
    assert "pe" in dated
    assert dated.get("none") is None
