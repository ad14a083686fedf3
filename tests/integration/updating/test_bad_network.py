"""On a bad network everybody ends complete or missed by name, and asking again never becomes the load."""

from __future__ import annotations

import dataclasses

import pytest

from scanwright.data.providers.simulated import Settings as Own
from scanwright.model.errors import Refused
from scanwright.model.interval import Interval
from scanwright.model.secret import Secret
from tests.exchange import running

DAY = Interval.DAY


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_errors_429_and_cut_answers(source, faster, seed):
    faults = {"error_rate": 0.1, "busy_rate": 0.05, "truncate_rate": 0.05, "seed": seed}
    with running(source, **faults) as exchange:
        report = faster.update(exchange)
        sent = exchange.requests
    assert report.complete + len(report.missed) == report.symbols
    assert report.complete == report.symbols
    assert faster.same_bars(source)
    assert report.requests == sent
    assert sent <= 1.5 * report.needed + 10


def test_what_is_always_broken_is_missed_by_name(source, faster):
    names = source.symbols(DAY)
    with running(source, truncate_rate=1.0) as exchange:
        report = faster.update(exchange, universe=",".join(names))
        assert exchange.requests == report.requests
    assert [each.symbol for each in report.missed] == list(names)
    assert all(each.may_pass and each.reason.startswith("expected ") for each in report.missed)
    assert report.notes[0].startswith("the list of symbols did not come: expected")
    assert report.requests <= 2 * (report.needed + 2) + 20, "without a single answer there are few retries"


def test_an_outage_is_waited_for(source, copy):
    copy.settings = dataclasses.replace(copy.settings, providers={"simulated": Own(requests_per_second=40)})
    with running(source, outage_at=0.1, outage_for=3.0) as exchange:
        report = copy.update(exchange)
        sent = exchange.requests
    assert report.complete == report.symbols
    assert sent <= report.needed + 45, "who does not answer is left alone"


def test_a_limit_below_what_is_stated_is_kept(source, faster):
    with running(source, rate=30) as exchange:
        report = faster.update(exchange)
    assert report.complete == report.symbols
    assert report.told_to_wait == exchange.counts["status 429"]


def test_a_wrong_key_is_refused_at_once(source, faster):
    own = Own(key=Secret("wrong"), requests_per_second=2000)
    faster.settings = dataclasses.replace(faster.settings, providers={"simulated": own})
    with running(source, keys=("right",)) as exchange:
        with pytest.raises(Refused) as raised:
            faster.update(exchange)
        assert exchange.requests == 1
    assert "wrong" not in str(raised.value)


def test_refusals_of_everything_end_soon(source, faster):
    own = Own(key=Secret("wrong"), requests_per_second=2000)
    faster.settings = dataclasses.replace(faster.settings, providers={"simulated": own})
    with running(source, keys=("right",)) as exchange:
        report = faster.update(exchange, universe=",".join(f"S{at}" for at in range(200)))
        assert exchange.requests < 60
    assert (report.complete, len(report.missed)) == (0, 200)


def test_the_deadline_keeps_what_has_come(source, copy):
    own = Own(requests_per_second=8)
    copy.settings = dataclasses.replace(copy.settings, providers={"simulated": own})
    with running(source) as exchange:
        report = copy.update(exchange, deadline=1.5)
        assert report.stopped == "the deadline came"
        assert 0 < report.complete < report.symbols
        assert {each.reason for each in report.missed} == {"not reached: the deadline came"}
        assert set(copy.market.symbols(DAY)) == set(source.symbols(DAY)) - {each.symbol for each in report.missed}
        rest = copy.update(exchange)
    assert rest.needed == report.symbols - report.complete
    assert copy.same_bars(source)
