"""One market, three views of its prices: as traded, by splits, by splits and dividends."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import scanwright as sw
from scanwright.model.errors import SettingsError
from scanwright.scan.definition import of_table
from scanwright.store.market import create

DAYS = [dt.date(2015, 3, day) for day in (2, 3, 4, 5, 6)]
CLOSE = [100.0, 102.0, 50.0, 49.0, 48.0]
SPLIT, EX = DAYS[2], DAYS[3]


@pytest.fixture
def market(tmp_path):
    stored = create(tmp_path / "market", name="two", calendar="us_stocks")
    rows = [("A", day, close, close, close, close, 1000.0) for day, close in zip(DAYS, CLOSE, strict=True)]
    schema = ("symbol", "ts", "open", "high", "low", "close", "volume")
    stored.write(pl.DataFrame(rows, schema, orient="row"), source="bars")
    stored.put("splits", pl.DataFrame({"symbol": ["A"], "date": [SPLIT], "ratio": [2.0]}), source="s")
    paid = {"symbol": ["A"], "date": [EX], "kind": ["cash"], "amount": [1.0]}
    stored.put("dividends", pl.DataFrame(paid), source="d")
    return sw.open(stored.folder, threads=1)


@pytest.mark.parametrize(
    ("adjust", "close", "volume"),
    [
        ("raw", CLOSE, [1000.0] * 5),
        ("splits", [50, 51, 50, 49, 48], [2000.0, 2000, 1000, 1000, 1000]),
        ("total", [49, 49.98, 49, 49, 48], [2000.0, 2000, 1000, 1000, 1000]),
    ],
)
def test_three_views(market, adjust, close, volume):
    panel = market.panel("1d", None, adjust)
    assert panel.fields["close"][:, 0].tolist() == pytest.approx(close)
    assert panel.fields["volume"][:, 0].tolist() == volume
    scan = sw.Scan(where="close > 0", columns={"traded": "raw(close)", "was": "raw(close)[3]"}, adjust=adjust)
    (hit,) = scan.now(market)
    assert (hit.values["traded"], hit.values["was"]) == (pytest.approx(48), pytest.approx(102))


def test_a_view_is_of_what_was_known(market):
    before = market.panel("1d", np.datetime64("2015-03-03"), "total")
    assert before.fields["close"][:, 0].tolist() == CLOSE[:2]
    assert market.panel("1d", np.datetime64("2015-03-04"), "total").fields["close"][:, 0].tolist() == [50, 51, 50]


def test_a_split_to_come_is_not_applied_yet(market):
    later = pl.DataFrame({"symbol": ["A"], "date": [dt.date(2015, 3, 9)], "ratio": [3.0]})
    market.stored.put("splits", later, source="s")
    assert market.panel("1d").fields["close"][-1, 0] == 48
    bar = pl.DataFrame({"symbol": ["A"], "ts": [dt.date(2015, 3, 9)], "open": 16.0, "high": 16.0, "low": 16.0})
    bar = bar.with_columns(close=16.0, volume=3000.0)
    market.stored.append(market.intervals[0], bar, seen=dt.datetime(2015, 3, 9, 22, tzinfo=dt.UTC), source="p")
    assert market.panel("1d").fields["close"][-2:, 0].tolist() == [16, 16]


def test_a_process_that_goes_on_keeps_the_views_apart(market):
    found = [sw.Scan(where="change(5) < -3", adjust=adjust).now(market).receipt.hits for adjust in ("raw", "splits")]
    assert found == [0, 0]
    scans = [sw.Scan(where="close[4] > 60", adjust=adjust) for adjust in ("raw", "splits", "total", "raw")]
    assert [scan.now(market).receipt.hits for scan in scans] == [1, 0, 0, 1]


def test_what_a_scan_file_says():
    assert of_table({"where": "close > 5", "adjust": "total"}).adjust == "total"
    with pytest.raises(SettingsError, match="expected adjust raw, splits, total, found 'dividends'"):
        of_table({"where": "close > 5", "adjust": "dividends"})
