"""Runs: what is told as it goes adds up to what a scan of everybody finds; stops are exact, receipts hide nothing."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.model.clock import SettableClock
from scanwright.model.errors import SettingsError
from scanwright.model.run import Stop
from scanwright.scan.definition import Scan
from scanwright.scan.run.run import Run
from tests.unit.scan.run.market import WHOLE, Withheld, batch, counted, parts, told

RISING = "close > sma(20)"
ACROSS = "percentile(roc(20)) > 70"
START = dt.datetime(2026, 1, 5, 21, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    return SettableClock(START)


def done(scan, bars, clock, **more):
    run = Run({"where": scan.where}, parts(scan, bars, clock), **more)
    asyncio.run(run.go())
    return run


def hits(run):
    """The hits as the events tell them: those told, less those withdrawn."""
    gone = {each["symbol"] for each in told(run, "rank") if each.get("withdrawn")}
    return {each["symbol"] for each in told(run, "hit")} - gone


@pytest.mark.parametrize("order", ["smart", "random", "listed"])
@pytest.mark.parametrize("text", [RISING, ACROSS])
def test_a_complete_run_is_the_scan_of_everybody(clock, order, text):
    scan = Scan(where=text, rank="roc(5)")
    run = done(scan, Withheld(), clock, order=order)
    whole = batch(text, rank="roc(5)")
    assert run.receipt.result_hash == whole.receipt.result_hash
    assert hits(run) == {hit.symbol for hit in whole.hits}
    assert told(run, "finished")[0]["reason"] == "complete"
    assert (run.receipt.universe, run.receipt.not_reached) == (whole.receipt.universe, 0)


@pytest.mark.parametrize("order", ["smart", "random", "listed"])
def test_a_run_of_everybody_tells_how_many_of_the_hits_came_early(clock, order):
    bars = Withheld()
    run = done(Scan(where=RISING), bars, clock, order=order)
    fifth = bars.asked[: round(0.2 * len(bars.asked))]
    found, whole = (len(run.found.hits.keys() & set(each)) for each in (fifth, bars.asked))
    assert told(run, "finished")[0]["found_early"] == found / min(whole, len(fifth))


def test_nothing_is_told_of_an_order_that_was_not_tried_to_the_end(clock):
    some = done(Scan(where=RISING), Withheld(), clock, stop=Stop(hits=1))
    at_hand = done(Scan(where=RISING), Withheld(at_hand=WHOLE.symbols), clock)
    assert not any("found_early" in told(run, "finished")[0] for run in (some, at_hand))


def test_what_looks_across_is_provisional_until_everybody_is_there(clock):
    run = done(Scan(where=ACROSS), Withheld(), clock)
    assert all(
        each["provisional"]
        for each in told(run, "hit")
        if each["symbol"] not in {e["symbol"] for e in told(run, "rank")}
    )
    assert not run.found.provisional


def test_bars_at_hand_are_judged_in_one_batch_before_anybody_is_asked_for(clock):
    bars = Withheld(at_hand=WHOLE.symbols[:50])
    run = done(Scan(where=RISING), bars, clock)
    first = [each.type for each in run.journal.since(0)]
    assert first.index("hit") < len(first) - first[::-1].index("stage")
    assert len(bars.asked) <= 10
    assert run.receipt.result_hash == batch(RISING).receipt.result_hash


def test_nothing_is_asked_for_where_everything_is_at_hand(clock):
    run = done(Scan(where=RISING), None, clock)
    assert counted(run)["hit"] == len(batch(RISING).hits)
    assert run.receipt.result_hash == batch(RISING).receipt.result_hash


@pytest.mark.parametrize(("stop", "reason"), [(Stop(hits=3), "enough"), (Stop(requests=5), "budget")])
def test_a_rule_that_is_met_ends_it_and_says_who_was_not_reached(clock, stop, reason):
    bars = Withheld()
    run = done(Scan(where=RISING), bars, clock, stop=stop)
    assert told(run, "finished")[0]["reason"] == reason
    receipt = run.receipt
    assert receipt.not_reached == len(WHOLE.symbols) - len(bars.asked) - len(
        set(WHOLE.symbols) - set(Withheld().lacking())
    )
    assert receipt.universe == receipt.judged + sum(receipt.missed.values()) + receipt.not_reached
    assert receipt.hits == len(told(run, "hit"))
    if stop.requests:
        assert bars.spent.requests == 5


def test_enough_where_everything_is_at_hand_gives_the_best(clock):
    scan = Scan(where=RISING, rank="roc(5)")
    run = done(scan, None, clock, stop=Stop(hits=3))
    assert [each["symbol"] for each in told(run, "hit")] == [
        hit.symbol for hit in batch(RISING, rank="roc(5)").hits[:3]
    ]
    assert (run.receipt.hits, told(run, "finished")[0]["reason"]) == (3, "enough")
    assert any("left out" in each for each in run.receipt.warnings)


def test_only_good_hits_count_for_a_number_of_good_ones(clock):
    scan = Scan(where=RISING)
    wanted = {hit.symbol for hit in batch(RISING).hits[::3]}
    bars = Withheld()
    run = Run(
        {},
        parts(scan, bars, clock, good=lambda hit: hit.symbol in wanted),
        order="listed",
        stop=Stop(good=2, good_if="x"),
    )
    asyncio.run(run.go())
    assert len(wanted & set(run.found.hits)) == 2
    assert told(run, "finished")[0]["reason"] == "enough"


def test_a_ranking_that_can_change_goes_on(clock):
    run = done(Scan(where=RISING, rank="rsi(14)"), Withheld(), clock, stop=Stop(top=3))
    assert told(run, "finished")[0]["reason"] == "complete", "somebody's could be 100"


@pytest.mark.parametrize("order", ["listed", "random", "smart"])
def test_a_ranking_that_cannot_change_ends_it_with_the_best_of_all(clock, order):
    scan, text = Scan(where=RISING, rank="min(rsi(2), 5)"), RISING
    run = done(scan, Withheld(), clock, stop=Stop(top=3), order=order)
    best = [hit.symbol for hit in batch(text, rank="min(rsi(2), 5)").hits[:3]]
    assert [hit.symbol for hit in run.found.ranked()[:3]] == best
    if order == "listed":
        assert told(run, "finished")[0]["reason"] == "enough"
        assert run.receipt.not_reached > 0


def test_who_does_not_come_is_missed_with_the_providers_reason(clock):
    lost = list(Withheld().lacking())[:4]
    run = done(Scan(where=RISING), Withheld(lost=lost), clock)
    assert run.receipt.missed["status 503"] == 4
    assert {each["symbol"] for each in told(run, "miss") if each["reason"] == "status 503"} == set(lost)


def test_a_person_stops_it_with_a_receipt(clock):
    async def story():
        bars = Withheld()
        bars.gate = asyncio.Event()
        run = Run({}, parts(Scan(where=RISING), bars, clock))
        going = asyncio.create_task(run.go())
        async for event in run.journal.read():
            if event.type == "stage":
                run.cancel()
                break
        await going
        return run

    run = asyncio.run(story())
    assert told(run, "finished")[0]["reason"] == "cancelled"
    assert run.receipt.not_reached > 0


def test_time_that_is_up_ends_it(clock):
    async def story():
        bars = Withheld()
        bars.gate = asyncio.Event()
        run = Run({}, parts(Scan(where=RISING), bars, clock), stop=Stop(seconds=0.05))
        await run.go()
        return run

    assert told(asyncio.run(story()), "finished")[0]["reason"] == "budget"


def test_a_scan_that_cannot_be_read_fails_and_says_why(clock):
    run = done(Scan(where="close > sma("), Withheld(), clock)
    finished = told(run, "finished")[0]
    assert (finished["reason"], finished["error"]["code"], finished["receipt"]) == ("failed", "expression", None)


@settings(max_examples=15, deadline=None)
@given(
    at_hand=st.sets(st.sampled_from(WHOLE.symbols)),
    together=st.integers(1, 9),
    order=st.sampled_from(["smart", "listed"]),
)
def test_whatever_is_at_hand_and_however_it_comes_the_result_is_the_same(at_hand, together, order):
    run = done(
        Scan(where=RISING, rank="roc(5)"),
        Withheld(at_hand=at_hand, together=together),
        SettableClock(START),
        order=order,
    )
    assert run.receipt.result_hash == batch(RISING, rank="roc(5)").receipt.result_hash
    assert [each.seq for each in run.journal.since(0)] == list(range(1, run.journal.last + 1))


def test_rules_that_cannot_be_met_are_all_told():
    with pytest.raises(SettingsError, match=r"hits 0; seconds -1; a number of good hits"):
        Stop(hits=0, seconds=-1, good=3)


def test_what_was_asked_for_is_judged_though_nothing_more_may_be_spent(clock):
    bars = Withheld(ahead=8)
    run = done(Scan(where=RISING), bars, clock, stop=Stop(requests=10))
    assert bars.spent.requests == 10
    assert set(bars.asked) <= set(run.judged)
    assert told(run, "finished")[0]["reason"] == "budget"


def test_places_are_those_of_the_ranking_at_each_moment(clock):
    run = done(Scan(where=RISING, rank="roc(5)"), Withheld(), clock, order="listed")
    heights = []
    for each in told(run, "hit"):
        heights.append(-each["rank"])
        assert each["position"] == sorted(heights).index(-each["rank"]) + 1
