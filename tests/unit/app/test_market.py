"""The face of a market: which bars stand for an interval, and what is said of them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import scanwright as sw
from scanwright.app.importing import Arrival, importing
from scanwright.model.errors import Absent, BadBars, SettingsError
from scanwright.model.interval import Interval

START = dt.date(2015, 1, 5)


def daily(days=30, symbols=("A", "B")):
    dates = [START + dt.timedelta(days=day) for day in range(days) if (START + dt.timedelta(days=day)).weekday() < 5]
    rows = [(name, date, 10.0, 12.0, 9.0, 11.0 + at / 100, 100) for name in symbols for at, date in enumerate(dates)]
    return pl.DataFrame(rows, schema=["symbol", "date", "open", "high", "low", "close", "volume"], orient="row")


@pytest.fixture
def folder(tmp_path):
    def imported(frame, name="bars.parquet", **how):
        frame.write_parquet(tmp_path / name)
        importing(Arrival(folder=tmp_path / "market"), tmp_path / name, **how)
        return tmp_path / "market"

    return imported


def test_the_nearest_finer_bars_stand_in(folder):
    market = sw.open(folder(daily()))
    assert market.intervals == (Interval.DAY,)
    assert market.source(Interval.MONTH) is Interval.DAY
    weeks = market.panel("1w")
    assert weeks.fields["volume"][0].tolist() == [500.0, 500.0]
    assert market.notes(Interval.WEEK, weeks, None) == ["bars of 1w are made from the stored 1d bars"]
    with pytest.raises(Absent, match="bars of 1h or finer"):
        market.panel("1h")


def test_a_panel_is_made_once_and_again_when_bars_come(folder):
    market = sw.open(folder(daily(20)))
    first = market.panel()
    assert market.panel() is first
    folder(daily(30))
    assert len(market.panel().ts) > len(first.ts)


def test_a_warm_market_folds_what_was_imported_since(folder):
    scan = sw.Scan(where="close > close[1]")
    market = sw.open(folder(daily(20)))
    before = scan.now(market).receipt
    again = sw.open(folder(daily(30)))
    assert scan.now(market).receipt.result_hash == scan.now(again).receipt.result_hash
    assert scan.now(market).receipt.frame > before.frame


def test_the_edges_of_the_data_are_said(folder):
    market = sw.open(folder(daily()))
    late, early = np.datetime64("2016-01-01"), np.datetime64("2014-01-01")
    assert market.notes(Interval.DAY, market.panel(as_of=late), late) == [
        "the data ends on 2015-02-03, before the as-of 2016-01-01"
    ]
    assert market.notes(Interval.DAY, market.panel(as_of=early), early) == ["the data begins on 2015-01-05"]


def test_quarantined_bars_are_found_and_duplicates_are_not(folder):
    wrong = pl.DataFrame(
        {"symbol": ["A", "B", "B"], "date": [dt.date(2015, 2, 4)] * 3, "open": [10.0] * 3, "high": [8.0, 12.0, 12.0],
         "low": [9.0] * 3, "close": [10.0, 10.0, 11.0], "volume": [100] * 3}
    )  # fmt: skip
    folder(daily())
    market = sw.open(folder(wrong, "more.parquet", interval="1d"))
    panel = market.panel()
    mask = market.quarantined(panel)
    assert mask is not None
    assert [(panel.symbols[column], str(panel.ts[row])[:10]) for row, column in np.argwhere(mask)] == [
        ("A", "2015-02-04")
    ]
    assert market.refused("A", panel).startswith("2015-02-04, high_below_low, from ")
    assert market.refused("B", panel) == ""


def test_every_symbol_is_named(folder):
    assert sorted(sw.open(folder(daily())).symbols) == ["A", "B"]


def test_a_failed_first_import_leaves_nothing(tmp_path):
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadBars):
        importing(Arrival(folder=tmp_path / "new" / "market"), tmp_path / "bad.csv")
    assert not (tmp_path / "new").exists()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine")
    with pytest.raises(BadBars):
        importing(Arrival(folder=tmp_path / "kept"), tmp_path / "bad.csv")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["mine.txt"]


def test_a_calendar_is_chosen_once(folder, tmp_path):
    folder(daily())
    with pytest.raises(SettingsError, match="us_stocks"):
        importing(Arrival(folder=tmp_path / "market", calendar="always_open"), tmp_path / "bars.parquet")
