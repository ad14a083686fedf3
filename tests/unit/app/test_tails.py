"""The tail of a run: whatever comes in, twice or with gaps, a place in it is followed by the next events or by none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanwright.app.http import tails
from scanwright.model.run import Event

stretches = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30)), max_size=20)


def events(first, count):
    return [Event(seq=each, type="miss", line=b"%d" % each) for each in range(first, first + count)]


@given(stretches, st.integers(0, 20), st.integers(0, 95), st.integers(1, 9))
def test_what_follows_a_place_has_no_gap_and_nothing_twice(given_stretches, begun, place, most):
    tail, highest = tails.Tail(begun), begun
    for first, count in given_stretches:
        news = tail.news
        tail.add(events(first, count))
        assert news.is_set() == (tail.last > highest), "who waits is woken by what is new, and only by that"
        highest = tail.last
        found = tail.after(place, most)
        assert [each.seq for each in found] == list(range(place + 1, place + 1 + len(found)))
        assert bool(found) == (tail.first <= place < tail.last)
    assert highest == max([begun, *(first + count - 1 for first, count in given_stretches if count)])


def test_memory_is_bounded():
    tail = tails.Tail(0)
    for first in range(1, 5 * tails.MOST, 1000):
        tail.add(events(first, 1000))
        assert tail.last - tail.first <= 2 * tails.MOST
    assert tail.after(tail.last - 1, 9) == events(tail.last, 1)
    assert tail.after(0, 9) == []
