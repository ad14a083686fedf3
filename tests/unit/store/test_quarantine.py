"""What a row itself proves wrong."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.model.errors import BadBars
from scanwright.model.panel import FIELDS
from scanwright.store.figures import read_figures
from scanwright.store.quarantine import REASONS, counted, judged

GOOD = {"symbol": "A", "ts": dt.date(2015, 1, 2), "open": 10.0, "high": 11.0, "low": 9.0, "close": 10.5, "volume": 5.0}
SCHEMA = {"symbol": pl.String, "ts": pl.Date, **dict.fromkeys(FIELDS, pl.Float64), "unread": pl.Boolean}


def parted(*rows):
    whole = [GOOD | {"unread": False} | row for row in rows]
    frame = pl.DataFrame(whole, schema=SCHEMA, orient="row").with_columns(pl.lit(0, dtype=pl.UInt32).alias("origin"))
    return judged(frame)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"symbol": None}, "missing_symbol"),
        ({"symbol": ""}, "missing_symbol"),
        ({"ts": None}, "bad_time"),
        ({"unread": True, "close": None}, "not_a_number"),
        ({"close": None}, "missing_price"),
        ({"open": math.nan}, "missing_price"),
        ({"high": math.inf}, "missing_price"),
        ({"low": 0.0}, "not_positive"),
        ({"low": -1.0}, "not_positive"),
        ({"volume": None}, "missing_volume"),
        ({"volume": math.inf}, "missing_volume"),
        ({"volume": -1.0}, "negative_volume"),
        ({"high": 8.0}, "high_below_low"),
        ({"open": 11.1}, "outside_range"),
        ({"close": 8.9}, "outside_range"),
    ],
    ids=repr,
)
def test_a_wrong_row_is_refused_with_its_reason(row, reason):
    good, refused = parted(row)
    assert good.is_empty()
    assert refused["reason"].to_list() == [reason]


@pytest.mark.parametrize("row", [{}, {"volume": 0.0}, {"close": 11.0000001}, {"open": 8.9999999}], ids=repr)
def test_a_good_row_stays_as_it_is(row):
    good, refused = parted(row)
    assert refused.is_empty()
    assert good.row(0, named=True).items() >= (GOOD | row).items()


def test_of_two_good_rows_the_first_is_kept():
    good, refused = parted({"close": 10.1}, {"close": 10.2}, {"close": 10.1})
    assert good["close"].to_list() == [10.1]
    assert counted(refused) == {"duplicate": 2}


def test_a_wrong_row_is_no_duplicate():
    good, refused = parted({"close": None}, {"close": 10.2})
    assert good["close"].to_list() == [10.2]
    assert counted(refused) == {"missing_price": 1}


numbers = st.sampled_from([None, math.nan, math.inf, -1.0, 0.0, 9.0, 10.0, 11.0])
rows = st.fixed_dictionaries(
    dict.fromkeys(FIELDS, numbers)
    | {"symbol": st.sampled_from(["A", "B", None]), "ts": st.sampled_from([dt.date(2015, 1, 2), None])}
)


@given(st.lists(rows, max_size=8))
def test_every_row_is_either_good_or_refused(some):
    good, refused = parted(*some)
    assert len(good) + len(refused) == len(some)
    assert sum(counted(refused).values()) == len(refused)
    assert set(refused["reason"]) <= set(REASONS)
    assert good.select("symbol", "ts").is_duplicated().sum() == 0
    assert all(row["low"] <= min(row["open"], row["close"]) for row in good.iter_rows(named=True))


def texts(**columns):
    return pl.DataFrame({name: ["1", "2"] for name in FIELDS} | columns)


def test_numbers_as_text():
    read = read_figures(texts(close=[" $1.5", "n/a"], volume=["1e3", ""]), "a.csv")
    assert read["close"].to_list() == [1.5, None]
    assert read["volume"].to_list() == [1000.0, None]
    assert not read["unread"].any()


def test_a_text_among_numbers_marks_its_row():
    assert read_figures(texts(close=["1.5", "1,5"]), "a.csv")["unread"].to_list() == [False, True]


@pytest.mark.parametrize("column", [["abc", "def"], ["abc", None], [True, False], [dt.date(2015, 1, 2)] * 2], ids=repr)
def test_a_column_of_another_type_is_refused(column):
    with pytest.raises(BadBars, match="numbers in column close"):
        read_figures(texts(close=column), "a.csv")
