"""A market that is asked again folds new rows only, and answers as if it had folded all."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.model.panel import Attribute, Split
from scanwright.scan.definition import Scan
from scanwright.scan.now import now
from scanwright.scan.warm import Warm
from tests.beside import beside, event, fact
from tests.example import example_panel

SCANS = {
    "own bars": Scan(where="close > sma(20) and rsi(14) < 60", rank="-rsi(14)", columns={"rsi": "rsi(14)"}),
    "across": Scan(where="rank(roc(5)) <= 2", universe="close > 20"),
    "weeks": Scan(where='at("1w", close > sma(4))'),
    "another": Scan(where='roc(5) > of("S01", roc(5))'),
    "listed": Scan(where="close > sma(5)", universe="S01,S02"),
    "sector": Scan(where='sector == "Energy" and by(sector, rank(close)) <= 1'),
}


@pytest.fixture(scope="module")
def panel():
    return example_panel(times=200, symbols=6, holes=0.05)


def same(warm, scan, panel):
    found, expected = (each(scan, panel, catalogue()) for each in (warm.now, now))
    assert found.receipt.result_hash == expected.receipt.result_hash
    assert dataclasses.replace(found.receipt, seconds=0.0) == dataclasses.replace(expected.receipt, seconds=0.0)
    assert [dataclasses.astuple(each) for each in found.misses] == [
        dataclasses.astuple(each) for each in expected.misses
    ]


@pytest.mark.parametrize("name", SCANS)
def test_rows_may_come_one_by_one_or_several_or_go(panel, name):
    warm = Warm()
    for end in (150, 151, 151, 158, 140, 200):
        same(warm, SCANS[name], panel.rows(0, end))


def test_a_corrected_bar_is_seen(panel):
    warm = Warm()
    same(warm, SCANS["own bars"], panel.rows(0, 190))
    close = panel.fields["close"].copy()
    close[100] *= 3
    same(warm, SCANS["own bars"], dataclasses.replace(panel, fields={**panel.fields, "close": close}))


def test_the_same_market_as_it_was_known_before_is_not_taken_for_the_present_one(panel):
    warm, scan = Warm(), SCANS["own bars"]
    close = panel.fields["close"].copy()
    close[100:130, 2] *= 1.2  # what a revision undid later
    before = dataclasses.replace(panel, fields={**panel.fields, "close": close}, data_hash="one market")
    warm.now(scan, before.rows(0, 150), catalogue())
    same(warm, scan, dataclasses.replace(panel, data_hash="one market"))


def test_a_bar_that_was_taken_away_is_seen(panel):
    warm = Warm()
    same(warm, SCANS["own bars"], panel.rows(0, 190))
    bar = panel.bar.copy()
    bar[185] = 0
    same(warm, SCANS["own bars"], dataclasses.replace(panel, bar=bar))


def test_a_changed_sector_is_seen(panel):
    warm = Warm()
    same(warm, SCANS["sector"], panel.rows(0, 190))
    sector = Attribute(codes=np.zeros(6, np.int32), names=("Energy", "Technology"))
    same(warm, SCANS["sector"], dataclasses.replace(panel, attributes={"sector": sector}))


def test_a_new_symbol_a_new_split_and_a_new_column_are_seen(panel):
    warm = Warm()
    same(warm, SCANS["own bars"], panel.columns(np.arange(5)).rows(0, 190))
    same(warm, SCANS["own bars"], panel)
    split = Split(symbol="S00", date=panel.ts[100], ratio=2.0)
    same(warm, SCANS["own bars"], dataclasses.replace(panel, splits=[split]))
    numbers = Attribute(numbers=np.arange(6.0))
    same(warm, SCANS["own bars"], dataclasses.replace(panel, attributes={"sector": numbers}))


def test_only_a_few_scans_are_kept(panel):
    warm = Warm()
    for bars in range(2, 30):
        same(warm, Scan(where=f"close > sma({bars})"), panel)
    assert len(warm._kept) == 16


def dated(panel, *more):
    """The panel with an event and a fact of one symbol, and more events."""
    rows = [event("news", str(panel.ts[100]), symbol="S01"), *more]
    return beside(panel, events=rows, facts=[fact("pe", str(panel.ts[50]), 9.0, symbol="S01")])


def refolds(warm, scan, panel):
    """Whether a further panel made the scan start anew."""
    session = next(iter(warm._kept.values())).session
    same(warm, scan, panel)
    return next(iter(warm._kept.values())).session is not session


def test_an_event_that_became_known_on_folded_rows_is_seen_and_a_later_one_costs_nothing(panel):
    scan = Scan(where='bars_since_event("news") < 70 and pe < 10', columns={"count": 'event_count("news", 20)'})
    warm = Warm()
    same(warm, scan, dated(panel.rows(0, 150)))
    later = event("news", str(panel.ts[155]), symbol="S02")
    assert not refolds(warm, scan, dated(panel.rows(0, 160), later))
    told_late = event("news", str(panel.ts[140]), symbol="S03")
    assert refolds(warm, scan, dated(panel.rows(0, 160), later, told_late))
    assert refolds(warm, scan, panel.rows(0, 160))


def test_events_that_a_scan_does_not_look_at_cost_it_nothing(panel):
    scan, warm = Scan(where="close > sma(20)"), Warm()
    same(warm, scan, dated(panel.rows(0, 150)))
    assert not refolds(warm, scan, dated(panel.rows(0, 160), event("news", str(panel.ts[140]), symbol="S03")))
