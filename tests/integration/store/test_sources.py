"""Where bars came from is written beside them, small, in the manifest."""

from __future__ import annotations

import datetime as dt

import polars as pl

from scanwright.model.interval import Interval
from scanwright.store.stretches import Stretch
from tests.integration.store.test_appending import day, one

DAY = Interval.DAY
NOON = dt.datetime(2016, 1, 10, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=3)


def stretch(symbol, first, last, asked, provider, delayed):
    ends = {"first": day(first), "last": day(last)}
    return Stretch(symbol=symbol, provider=provider, asked_at=asked, as_of=asked, delayed=delayed, **ends)


def named(market):
    return [(each.name, each.first, each.last, each.symbols) for each in market.series(DAY).sources]


def test_a_file_is_the_source_of_what_is_in_it(market, bars, tmp_path):
    bars(days=3).write_parquet(tmp_path / "three.parquet")
    market.import_file(tmp_path / "three.parquet")
    assert named(market) == [("three.parquet", "2015-12-28", "2015-12-30", 3)]
    assert market.series(DAY).sources[0].asked == ""
    bars(days=5).write_csv(tmp_path / "five.csv")
    market.import_file(tmp_path / "five.csv")
    market.import_file(tmp_path / "three.parquet")
    assert [each[0] for each in named(market)] == ["three.parquet", "five.csv"], "what brings nothing is no source"


def test_providers_say_when_they_were_asked_and_how_late_they_are(market):
    quarter = dt.timedelta(minutes=15)
    first = [stretch("A", "2016-01-04", "2016-01-05", LATER, "p", quarter)]
    second = [stretch("B", "2016-01-04", "2016-01-07", NOON, "q", dt.timedelta(0))]
    market.append(DAY, one("A", "2016-01-04", 1), seen=LATER, source="p", stretches=first)
    market.append(DAY, one("B", "2016-01-04", 1), seen=LATER, source="q", stretches=second)
    assert named(market) == [("q", "2016-01-04", "2016-01-07", 1), ("p", "2016-01-04", "2016-01-05", 1)]
    assert [(each.asked, each.delayed) for each in market.series(DAY).sources] == [
        ("2016-01-10T12:00:00", 0.0),
        ("2016-01-10T15:00:00", 900.0),
    ]


def test_a_correction_is_no_source(market):
    answer = [stretch("A", "2016-01-04", "2016-01-05", NOON, "p", None)]
    market.append(DAY, one("A", "2016-01-04", 1), seen=NOON, source="p", stretches=answer)
    market.append(DAY, one("A", "2016-01-04", 2), seen=LATER, source="data check --repair")
    assert [each[0] for each in named(market)] == ["p"]


def test_the_latest_names_are_kept(market, bars):
    for at in range(40):
        market.write(bars(days=1, scale=1 + at), source=f"file {at}")
    assert [each[0] for each in named(market)] == [f"file {at}" for at in range(8, 40)]
    assert pl.Series(market.bars(DAY)["close"]).len() == 3
