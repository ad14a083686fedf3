"""Facts, events and members of a market on the disk: derived once, mapped without polars, hidden by an as-of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from scanwright.app.wiring import catalogue
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.live import Live
from scanwright.scan.now import now
from scanwright.scan.values import values
from scanwright.store.market import Market
from tests.beside import event, fact, member, tables

DAY = Interval.DAY


@pytest.fixture
def filled(market, bars):
    """A, B and C from 28 December 2015 to 4 January 2016, always open."""
    market.write(bars(), source="bars")
    put(
        market,
        events=[
            event("earnings", "2015-12-30T12:00", "2015-12-01", eps=1.0),
            event("earnings", "2016-01-02T12:00", "2015-12-31T06:00", symbol="C"),
        ],
        facts=[
            fact("pe", "2015-12-30T12:00", 10.0),
            fact("pe", "2016-01-02T12:00", 20.0),
            fact("pe", None, 5.0, symbol="B"),
        ],
        members=[member("BIG", "2015-12-29", "2016-01-01", symbol="B")],
    )
    return market


def put(market, **rows):
    for name, frame in tables(**rows).items():
        market.put(name, frame, source="test")


def seen(market, text, symbol="A", **further):
    return list(values(text, market.panel(DAY, **further), catalogue(), symbol).values)


def test_a_panel_from_the_disk_has_them(filled):
    assert seen(filled, "pe") == [None, None, 10, 10, 10, 20, 20, 20]
    assert seen(filled, "pe", "B") == [5] * 8
    assert seen(filled, 'bars_since_event("earnings")') == [None, None, 0, 1, 2, 3, 4, 5]
    assert seen(filled, 'bars_to_event("earnings")', "C") == [None, None, None, 2, 1, None, None, None]
    assert seen(filled, 'event_value("earnings", "eps")') == [None, None, *[1.0] * 6]
    assert seen(filled, 'member_of("BIG")', "B") == [None, True, True, True, False, False, False, False]
    assert not filled.panel(DAY).attributes["pe"].dated


def test_an_as_of_hides_what_became_known_later(filled):
    day = np.datetime64("2015-12-31")
    panel = filled.panel(DAY, as_of=day)
    assert seen(filled, "pe", as_of=day) == [None, None, 10, 10]
    assert panel.attributes["pe"].numbers.tolist()[0] == 10
    counted = panel.dated.get("events_so_far earnings")
    assert counted is not None
    assert (counted.end - counted.begin).tolist() == [2, 1, 1]
    assert seen(filled, 'bars_to_event("earnings")', "C", as_of=day) == [None, None, None, 2]


def test_the_data_hash_tells_a_new_event_and_the_bars_stay_as_they_are(filled):
    before, key = filled.data_hash(DAY), filled.panel(DAY).dated.key
    states = sorted((filled.folder / "panel/1d").glob("base-*"))
    put(filled, events=[event("news", "2015-12-29T12:00", symbol="B")])
    assert filled.data_hash(DAY) != before
    assert filled.panel(DAY).dated.key != key
    assert seen(filled, 'event_count("news", 1)', "B") == [None, 1, 0, 0, 0, 0, 0, 0]
    assert sorted((filled.folder / "panel/1d").glob("base-*")) == states


def test_new_symbols_find_their_events_in_their_columns(filled, bars):
    put(filled, events=[event("news", "2015-12-30T12:00", symbol="AA")])
    assert seen(filled, 'event_count("news", 1)') == [None, *[0] * 7]
    filled.write(bars(symbols=("AA", "B")), source="more")
    panel = filled.panel(DAY)
    assert panel.symbols == ("A", "B", "C", "AA")
    assert seen(filled, 'event_count("news", 1)', "AA") == [None, 0, 1, 0, 0, 0, 0, 0]
    assert seen(filled, 'bars_since_event("earnings")') == [None, None, 0, 1, 2, 3, 4, 5]


def test_the_market_is_swept_and_still_has_them(filled, bars):
    for scale in (2.0, 3.0):
        filled.write(bars(scale=scale), source="again")
    assert seen(filled, 'bars_since_event("earnings")') == [None, None, 0, 1, 2, 3, 4, 5]
    assert len(list((filled.folder / "panel/1d").glob("attributes-*"))) == 1


def test_a_derived_file_that_is_gone_is_made_again(filled):
    seen(filled, "pe")
    (folder,) = (filled.folder / "panel/1d").glob("attributes-*")
    for path in folder.iterdir():
        path.unlink()
    assert seen(filled, "pe", "B") == [5] * 8


def test_a_session_sees_what_the_rows_bring(filled):
    put(filled, events=[event("news", "2015-12-28T12:00")])
    scan = Scan(where='bars_since_event("news") == 0', columns={"count": 'event_count("news", 3)', "pe": "pe"})
    panel = filled.panel(DAY)
    live = Live.start(scan, panel.rows(0, 5), catalogue())
    put(filled, events=[event("news", "2016-01-02T12:00", symbol="B"), event("news", "2016-01-03T12:00", symbol="B")])
    panel = filled.panel(DAY)
    for row in range(5, 8):
        one, whole = live.commit(panel.rows(row, row + 1)), now(scan, panel.rows(0, row + 1), catalogue())
        assert one.hits == whole.hits
        assert [hit.symbol for hit in one.hits] == (["B"] if row < 7 else [])
    peeked = live.peek(a_day_later(panel))
    assert [hit.symbol for hit in peeked.hits] == []


def a_day_later(panel):
    """The last row once more, a day later."""
    row = panel.rows(7, 8)
    return dataclasses.replace(row, ts=row.ts + np.timedelta64(1, "D"))


COLD = """
import sys
from pathlib import Path
from scanwright.app.wiring import catalogue
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.now import now
from scanwright.store.market import Market
panel = Market.open(Path(sys.argv[1])).panel(Interval.DAY)
found = now(Scan(where='bars_since_event("earnings") < 9 and pe > 1'), panel, catalogue())
print([hit.symbol for hit in found.hits], sorted({"polars", "pandas", "zoneinfo"} & set(sys.modules)))
"""


def test_a_scan_of_now_needs_numpy_alone(filled):
    filled.derive(DAY)
    done = subprocess.run(
        [sys.executable, "-c", COLD, str(filled.folder)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "['A'] []\n"


def test_the_first_time_something_was_seen_is_kept(filled):
    row = event("news", "2015-12-29T12:00", "2015-12-29T12:00", seen="2015-12-29T13:00", status="estimated")
    put(filled, events=[row])
    put(filled, events=[row | {"seen": dt.datetime(2016, 1, 4, tzinfo=dt.UTC), "status": "confirmed"}])
    table = Market.open(filled.folder).table("events")
    assert table is not None
    (found,) = table.filter(table["kind"] == "news").iter_rows(named=True)
    assert (found["status"], found["seen"]) == ("confirmed", dt.datetime(2015, 12, 29, 13, tzinfo=dt.UTC))


def test_splits_and_dividends_are_events_too_and_one_that_is_told_twice_is_one(filled):
    date = dt.date(2015, 12, 31)
    filled.put("splits", pl.DataFrame({"symbol": ["A"], "date": [date], "ratio": [2.0]}), source="test")
    paid = {"symbol": ["A"], "date": [date], "kind": ["cash"], "amount": [0.5]}
    filled.put("dividends", pl.DataFrame(paid), source="test")
    put(filled, events=[event("dividend", "2015-12-31", "2015-12-29T12:00", timing="before")])
    assert seen(filled, 'bars_since_event("split")') == [None, None, None, 0, 1, 2, 3, 4]
    assert seen(filled, 'event_value("split", "ratio")') == [None, None, None, *[2.0] * 5]
    assert seen(filled, 'event_count("dividend", 2)') == [None, None, 0, 1, 1, 0, 0, 0]
    assert seen(filled, 'bars_to_event("dividend")') == [None, 2, 1, *[None] * 5]
    assert seen(filled, 'event_value("dividend", "amount")') == [None, None, None, *[0.5] * 5]
