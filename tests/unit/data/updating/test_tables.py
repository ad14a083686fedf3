"""An answer's rows find their tables, and what says nothing is left out."""

from __future__ import annotations

import datetime as dt

import polars as pl

from scanwright.data.ports import Answer
from scanwright.data.updating.tables import action_rows, ended, event_rows, fact_rows, symbol_rows
from scanwright.store.tables import checked_table

NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


def answer(**columns) -> Answer:
    return Answer(table=pl.DataFrame(columns, strict=False), provider="p", asked_at=NOW, as_of=NOW)


def day(number: int) -> dt.date:
    return dt.date(2025, 3, number)


ACTIONS = {
    "symbol": ["A", "A", "B", "NEW", "GONE", "C", "C"],
    "date": [day(3), day(4), day(5), day(6), day(7), day(8), day(9)],
    "kind": ["split", "dividend", "split", "rename", "delisted", "split", "dividend"],
    "value": [2.0, 0.5, 1.0, None, None, None, 0.0],
    "text": [None, None, None, "OLD", None, None, None],
}


def test_actions_go_into_their_tables_and_what_changes_nothing_into_none():
    found = action_rows(answer(**ACTIONS))
    assert found["splits"].rows() == [("A", day(3), 2.0)]
    assert found["dividends"].rows() == [("A", day(4), "cash", 0.5)]
    assert found["renames"].rows() == [("NEW", day(6), "OLD")]
    assert found["symbols"].rows() == [("GONE", day(6))], "the last day on which it traded"
    for name, table in found.items():
        assert len(checked_table(name, table, "p")) == len(table)


def test_nothing_is_no_table():
    empty = answer(symbol=[], date=[], kind=[], value=[], text=[])
    assert action_rows(empty) == event_rows(empty) == fact_rows(empty) == symbol_rows(empty, None) == {}


def test_a_list_of_symbols_without_what_nobody_knows():
    listed = answer(symbol=["A", "B"], sector=["Energy", None], industry=[None, None])
    assert symbol_rows(listed, None)["symbols"].columns == ["symbol", "sector"]
    assert symbol_rows(listed, ["A"])["symbols"].rows() == [("A", "Energy")]
    assert symbol_rows(answer(symbol=["A"]), None) == {}


def test_events_say_when_we_learn_of_them():
    rows = event_rows(answer(symbol=["A"], kind=["earnings"], ts=[NOW], known=[NOW], eps=[1.5]))["events"]
    assert rows["seen"].to_list() == [NOW]
    assert rows["headline"].to_list() == [None]
    assert len(checked_table("events", rows, "p")) == 1


def test_who_trades_no_more():
    symbols = pl.DataFrame({"symbol": ["A", "GONE"], "delisted": [None, day(6)]})
    renames = pl.DataFrame({"symbol": ["NEW", "X"], "date": [day(6), day(9)], "was": ["OLD", "AGAIN"]})
    found = ended(symbols, renames, ["AGAIN", "NEW"])
    assert found == {"GONE": "2025-03-06", "OLD": "2025-03-05"}, "a name that is listed again trades"
    assert ended(None, None, []) == {}
