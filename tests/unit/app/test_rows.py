"""Rows in every format: what is missing stays missing, what is no number is no number."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from scanwright.app.rows import Rows, number

CELLS = st.none() | st.booleans() | st.floats(width=64) | st.text(st.characters(exclude_categories=["C"]), max_size=8)
MIXED = Rows(names=("symbol", "ts", "x"), rows=[("A", "2015-01-02", 1.5), ("B", "2015-01-05", None)])


def test_a_table_stands_in_line_with_numbers_to_the_right():
    assert MIXED.table() == "symbol  ts            x\nA       2015-01-02  1.5\nB       2015-01-05    -\n"


def test_first_latest_and_all():
    assert [len(each.rows) for each in (MIXED.first(1), MIXED.first(0), MIXED.first(None))] == [1, 2, 2]
    assert MIXED.latest(1).rows == [("B", "2015-01-05", None)]


def test_a_frame_has_dates_or_times():
    timed = Rows(names=("ts",), rows=[("2015-01-02T15:30:00Z",)])
    assert MIXED.frame().schema == {"symbol": pl.String, "ts": pl.Date, "x": pl.Float64}
    assert timed.frame().schema == {"ts": pl.Datetime("us", "UTC")}
    assert Rows(names=("ts",), rows=[]).frame().schema == {"ts": pl.Date}


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_json_and_csv_hold_what_can_be_held(rows):
    found = Rows(names=("a", "b"), rows=rows)
    lines = [json.loads(line) for line in found.jsonl().split("\n") if line]
    assert lines == found.objects()
    read = list(csv.reader(io.StringIO(found.csv(), newline="")))
    assert len(read) == len(rows) + 1
    for row, cells in zip(read[1:], found.objects(), strict=True):
        for text, cell in zip(row, cells.values(), strict=True):
            assert float(text) == cell if isinstance(cell, float) else True
            assert (text == "") == (cell is None or cell == "")


def test_numbers_are_short():
    shown = {0.0: "0", 5e6: "5,000,000", 0.1 + 0.2: "0.3", -12.3456789: "-12.3457", 1e-9: "1e-09"}
    assert {value: number(value) for value in shown} == shown
    assert (number(float("inf")), number(float("nan"))) == ("inf", "-")
