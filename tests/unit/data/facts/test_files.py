"""Files of facts that change: how columns and rows are understood, and what is refused."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.data.facts.files import read_facts
from scanwright.model.errors import BadBars


def rows(text, tmp_path, zone="UTC"):
    path = tmp_path / "facts.csv"
    path.write_text(text)
    return read_facts(path, zone).frame.sort("symbol", "fact", "known").rows()


def utc(*when):
    return dt.datetime(*when, tzinfo=dt.UTC)


def test_a_column_a_fact_a_date_from_its_end_on(tmp_path):
    text = "ticker,since,Sector,market cap\nA,2020-03-01,Energy,1e9\nA,2021-03-01,Utilities,\nB,2020-03-01,,2e9\n"
    assert rows(text, tmp_path) == [
        ("A", "market_cap", utc(2020, 3, 2), 1e9, None),
        ("A", "sector", utc(2020, 3, 2), None, "Energy"),
        ("A", "sector", utc(2021, 3, 2), None, "Utilities"),
        ("B", "market_cap", utc(2020, 3, 2), 2e9, None),
    ]


def test_a_row_a_fact_times_as_they_are(tmp_path):
    text = "symbol,known,fact,value\nA,2020-03-01T16:00,float,5\nA,2020-03-01T16:00,rating,good\n"
    found = rows(text, tmp_path, "America/New_York")
    assert found == [
        ("A", "float", utc(2020, 3, 1, 21), 5.0, None),
        ("A", "rating", utc(2020, 3, 1, 21), None, "good"),
    ]


def test_parquet_with_types(tmp_path):
    path = tmp_path / "facts.parquet"
    pl.DataFrame({"symbol": ["A"], "known": [dt.date(2020, 3, 1)], "float": [7]}).write_parquet(path)
    assert read_facts(path).frame.rows() == [("A", "float", utc(2020, 3, 2), 7.0, None)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("symbol,sector\nA,Energy\n", "expected a column of known"),
        ("since,sector\n2020-01-01,Energy\n", "expected a column of symbol"),
        ("symbol,since,sector\nA,,Energy\nB,2020-01-01,Energy\n", "1 without"),
        ("symbol,since,sector\nA,2020-01-01,\n", "no fact at all"),
        ("symbol,since\nA,2020-01-01\n", "no fact at all"),
    ],
)
def test_what_is_refused(tmp_path, text, told):
    with pytest.raises(BadBars, match=told):
        rows(text, tmp_path)
