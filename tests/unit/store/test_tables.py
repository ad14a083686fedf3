"""The symbol table and the splits."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.model.errors import BadBars
from scanwright.store.reading import table_of
from scanwright.store.tables import merged, read_splits, read_symbols


def test_whole_columns_of_numbers_become_numbers():
    frame = pl.DataFrame({"Ticker": [" A ", "B"], "Sector": ["1", ""], "sic": ["7372", None], "note": ["x", "1"]})
    read = read_symbols(table_of(frame, "a"))
    assert read.schema == {"symbol": pl.String, "sector": pl.String, "sic": pl.Float64, "note": pl.String}
    assert read.rows() == [("A", "1", 7372.0, "x"), ("B", None, None, "1")]


@pytest.mark.parametrize(("written", "ratio"), [("7:1", 7.0), ("1/10", 0.1), ("3-for-2", 1.5), ("0.1", 0.1), (7, 7.0)])
def test_ratios(written, ratio):
    frame = pl.DataFrame({"symbol": ["A"], "date": [dt.date(2015, 1, 2)], "ratio": [written]})
    assert read_splits(table_of(frame, "a"))["ratio"].to_list() == [ratio]


@pytest.mark.parametrize("written", ["0", "-1", "many", "1:0", None])
def test_a_ratio_that_is_none_is_refused(written):
    frame = pl.DataFrame(
        {"symbol": ["A"], "date": [dt.date(2015, 1, 2)], "ratio": pl.Series([written], dtype=pl.String)}
    )
    with pytest.raises(BadBars, match="ratio above 0"):
        read_splits(table_of(frame, "a"))


def facts(**columns):
    return pl.DataFrame(columns)


def test_merging_goes_value_by_value():
    stored = facts(symbol=["A", "B"], sector=["Tech", "Energy"], cap=[1.0, 2.0])
    coming = facts(symbol=["B", "C"], sector=[None, "Health"], beta=[0.5, 0.7])
    result = merged(stored, coming, ["symbol"])
    assert result.frame.rows() == [("A", "Tech", 1.0, None), ("B", "Energy", 2.0, 0.5), ("C", "Health", None, 0.7)]
    assert (result.new, result.changed, result.same, result.twice) == (1, 1, 0, 0)


def test_merging_the_same_changes_nothing():
    stored = facts(symbol=["A", "B"], sector=["Tech", None])
    result = merged(stored, stored, ["symbol"])
    assert result.frame.equals(stored)
    assert (result.new, result.changed, result.same) == (0, 0, 2)


def test_a_symbol_that_comes_twice_is_counted():
    result = merged(None, facts(symbol=["A", "A"], sector=["x", "y"]), ["symbol"])
    assert result.frame.rows() == [("A", "x")]
    assert (result.new, result.twice) == (1, 1)


def test_a_column_that_changes_its_type_becomes_text():
    result = merged(facts(symbol=["A"], code=[1.0]), facts(symbol=["B"], code=["x"]), ["symbol"])
    assert result.frame["code"].to_list() == ["1.0", "x"]


def test_a_missing_key_is_the_same_as_a_missing_key():
    stored = facts(symbol=["A", "A"], fact=["pe", "pe"], known=[None, "2015"], value=[1.0, 2.0])
    coming = facts(symbol=["A"], fact=["pe"], known=pl.Series([None], dtype=pl.String), value=[3.0])
    result = merged(stored, coming, ["symbol", "fact", "known"])
    assert result.frame.rows() == [("A", "pe", None, 3.0), ("A", "pe", "2015", 2.0)]
    assert (result.new, result.changed) == (0, 1)


def test_what_was_seen_first_stays_so():
    stored = facts(symbol=["A", "B"], seen=[1, None])
    result = merged(stored, facts(symbol=["A", "B", "C"], seen=[9, 9, 9]), ["symbol"])
    assert result.frame.rows() == [("A", 1), ("B", 9), ("C", 9)]
    assert (result.new, result.changed) == (1, 1)
