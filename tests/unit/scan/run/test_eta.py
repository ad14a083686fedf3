"""When a run ends: what is certain is told exactly, what past runs of its kind taught is believed, doubt widens it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.model.run import Stop
from scanwright.scan.run.eta import Eta, Left, Past
from scanwright.scan.run.still import Counts, still

PACE = 10.0


def told(eta, done, total=100, **left):
    """A forecast after an even stretch: nobody is asked for before others have come."""
    return eta.forecast(done, Left(count=total - done, **left), now=done / PACE)


def of(off, count=50, **facts):
    return [Past(**{"kind": "cold", "share": 0.2, "seconds": 8.0, "off": off} | facts)] * count


def test_the_rest_is_what_is_left_over_the_rate():
    assert told(Eta((), begun=0.0), 20).seconds == pytest.approx(8.0)


def test_nothing_is_told_of_the_first_answers():
    assert told(Eta((), begun=0.0), 4) is None


def test_a_burst_does_not_last():
    assert told(Eta((), begun=0.0), 20, pace=2.0).seconds == pytest.approx(40.0)


def test_a_slow_start_is_forgotten():
    eta = Eta((), begun=0.0)
    for done in range(1, 41):
        found = eta.forecast(done, Left(count=100 - done), now=10 + done / PACE)
    assert found.seconds == pytest.approx(6.0, rel=0.1)


def test_those_who_are_asked_for_already_take_as_long_as_it_takes_to_come():
    eta = Eta((), begun=0.0)
    found = [eta.forecast(done, Left(count=40 - done, ahead=20), now=2 + done / PACE) for done in range(1, 21)]
    assert found[-1].seconds == pytest.approx(2.0, abs=0.3), "the last twenty are under way, two seconds behind"


def test_past_runs_of_its_kind_say_how_far_it_is_off():
    early, known = told(Eta((), begun=0.0), 20), told(Eta(of(1.0), begun=0.0, kind="cold"), 20)
    assert early.low < 8.0 < early.high
    assert known.low > 8.0
    assert known.high - known.low < 1e-6
    other = told(Eta(of(1.0, count=10), begun=0.0, kind="warm"), 20)
    assert other.low < 8.0, "runs of another kind say little"


def test_a_doubtful_rule_widens_it_but_never_beyond_everybody():
    sure, unsure = told(Eta((), begun=0.0), 20), told(Eta((), begun=0.0), 20, doubt=1.0)
    assert unsure.low < sure.low
    assert unsure.high > sure.high
    most = told(Eta((), begun=0.0), 20, doubt=1.0, most=80)
    assert most.high == pytest.approx(sure.high)


def test_time_that_is_limited_ends_it():
    assert told(Eta((), begun=0.0), 20, within=3.0).seconds == 3.0


@settings(max_examples=50, deadline=None)
@given(slower=st.floats(0.2, 5.0))
def test_what_is_noted_brings_the_truth_into_the_interval(slower):
    """A hundred runs that all end later by the same factor: the next knows it."""
    past = []
    for _ in range(20):
        eta = Eta(past, begun=0.0, kind="cold")
        told(eta, 20)
        past += eta.past(now=2.0 + 8.0 * slower, done=100)
    found = told(Eta(past, begun=0.0, kind="cold"), 20)
    assert found.low <= 8.0 * slower * 1.001
    assert found.high >= 8.0 * slower * 0.999


@given(wanted=st.integers(1, 50), hits=st.integers(0, 50), done=st.integers(1, 500), waiting=st.integers(0, 500))
def test_a_rule_never_asks_for_more_than_wait(wanted, hits, done, waiting):
    count, doubt = still(Stop(hits=wanted), Counts(), Counts(hits=hits), done, waiting)
    assert 0 <= count <= waiting
    assert math.isfinite(doubt)
