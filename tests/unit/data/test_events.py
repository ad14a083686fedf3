"""Files of events as people have them: spellings, kinds, timings, when they could be known, what is told twice."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.data.events import Layout, read_events
from scanwright.model.errors import Absent, BadBars, SettingsError

SEEN = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def read(tmp_path):
    def from_text(text, *, name="events.csv", **layout):
        path = tmp_path / name
        path.write_text(text)
        return read_events(path, Layout(**layout), SEEN)

    return from_text


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


def test_columns_are_found_by_how_they_are_spelled(read):
    text = "Ticker,Report Date,Type,When,Title,EPS,Note\nA,2015-03-05,Earnings,AMC,Q1,1.5,x\nB,2015-03-06,news,,,,\n"
    found = read(text)
    assert found.frame.rows() == [
        ("A", "earnings", utc(2015, 3, 5), None, SEEN, None, "after", "Q1", 1.5),
        ("B", "news", utc(2015, 3, 6), None, SEEN, None, None, None, None),
    ]
    assert found.frame.columns[-1] == "eps"
    assert "'Report Date' as ts" in found.said
    assert any("count as known when they were due" in each for each in found.said)


def test_columns_and_the_kind_may_be_said(read):
    text = "id,when_filed,arrived,what\nA,2015-03-05,2015-03-06 12:05:00,10-Q\n"
    columns = {"symbol": "id", "ts": "when_filed", "known": "arrived", "headline": "what"}
    (row,) = read(text, kind="filing", columns=columns).frame.rows()
    assert row == ("A", "filing", utc(2015, 3, 5), utc(2015, 3, 6, 12, 5), SEEN, None, None, "10-Q")


def test_times_without_a_zone_are_of_the_one_that_is_said(read):
    text = "symbol,ts,known\nA,2015-03-05 16:05,2015-03-05 16:10\n"
    row = read(text, kind="news", zone="America/New_York").frame.row(0, named=True)
    assert (row["ts"], row["known"]) == (utc(2015, 3, 5, 21, 5), utc(2015, 3, 5, 21, 10))


def test_a_date_of_knowing_counts_from_its_end_on(read):
    row = read("symbol,ts,filed\nA,2015-03-05,2015-03-05\n", kind="filing").frame.row(0, named=True)
    assert (row["ts"], row["known"]) == (utc(2015, 3, 5), utc(2015, 3, 6))


def test_a_midnight_that_is_written_as_a_time_is_one(read):
    text = "symbol,ts,known\nA,2015-03-05T00:00:00Z,2015-03-05T00:00:00Z\n"
    row = read(text, kind="filing").frame.row(0, named=True)
    assert (row["ts"], row["known"]) == (utc(2015, 3, 5), utc(2015, 3, 5))


def test_what_says_when_it_was_seen_keeps_that(read):
    rows = read("symbol,ts,first_seen\nA,2015-03-05,2015-03-05T15:00:00Z\nB,2015-03-05,\n", kind="news").frame
    assert rows["seen"].to_list() == [utc(2015, 3, 5, 15), SEEN]


def test_words_of_others_become_ours(read):
    text = "symbol,ts,timing,status\nA,2015-03-05,Pre-Market,Projected\nB,2015-03-05,during market hours,reported\n"
    frame = read(text, kind="earnings").frame
    assert frame.select("timing", "status").rows() == [("before", "estimated"), ("during", "confirmed")]


def test_the_same_headline_soon_after_is_told_again_where_that_is_asked(read):
    rows = [
        "A,2015-05-08,Q1",
        "A,2015-05-09,Q1",
        "A,2015-05-10,Q1",
        "A,2015-07-31,Q1",
        "B,2015-05-09,Q1",
        "A,2015-05-09,",
    ]
    text = "symbol,ts,headline\n" + "\n".join(rows)
    assert len(read(text, kind="filing").frame) == 6
    found = read(text, kind="filing", once=3)
    assert found.frame.select("symbol", pl.col("ts").dt.date().cast(pl.String)).rows() == [
        ("A", "2015-05-08"),
        ("A", "2015-07-31"),
        ("B", "2015-05-09"),
        ("A", "2015-05-09"),
    ]
    assert any("2 rows" in each for each in found.said)


REFUSED = {
    "symbol,ts\nA,2015-03-05\n": (SettingsError, "kind"),
    "symbol,ts,kind\nA,2015-03-05,earnings_report\n": (BadBars, "earnings_report"),
    "symbol,ts,kind\nA,2015-03-05,\n": (BadBars, "rows without one"),
    "ts,kind\n2015-03-05,news\n": (BadBars, "symbol"),
    "symbol,kind\nA,news\n": (BadBars, "for ts"),
    "symbol,ts,kind\nA,soon,news\n": (BadBars, "dates or times"),
    "symbol,ts,kind,timing\nA,2015-03-05,earnings,at tea\n": (BadBars, "at_tea"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_understood_is_refused(read, text):
    kind, found = REFUSED[text]
    with pytest.raises(kind) as caught:
        read(text)
    assert found in str(caught.value)
    assert caught.value.advice


def test_a_column_or_kind_nearly_right_is_told_the_right_one(read):
    with pytest.raises(SettingsError, match="did you mean filed"):
        read("symbol,ts,filed\nA,2015-03-05,2015-03-06\n", kind="filing", columns={"known": "filled"})
    with pytest.raises(SettingsError, match="did you mean filing"):
        read("symbol,ts\nA,2015-03-05\n", kind="filings")
    assert read("symbol,ts\nA,2015-03-05\n", kind="buyback").frame["kind"].to_list() == ["buyback"]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Absent):
        read_events(tmp_path / "none.csv", Layout(kind="news"), SEEN)


def test_parquet_brings_its_types(tmp_path):
    frame = pl.DataFrame({"symbol": ["A"], "ts": [utc(2015, 3, 5, 14)], "kind": ["news"], "eps": [1], "cash": [2.0]})
    frame.write_parquet(tmp_path / "events.parquet")
    found = read_events(tmp_path / "events.parquet", Layout(), SEEN).frame
    assert found.schema["eps"] == pl.Float64
    assert found.row(0)[-2:] == (1.0, 2.0)
