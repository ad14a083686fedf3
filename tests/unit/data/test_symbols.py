"""What symbols are called: former names, recycled ones, and what is known and missing."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.data.symbol_files import read_symbol_file
from scanwright.data.symbols import Rename, Span, called, known_symbols, matching, renames_of
from scanwright.model.errors import BadBars


def rename(was, symbol, year):
    return Rename(symbol=symbol, date=dt.date(year, 6, 9), was=was)


META = rename("FB", "META", 2022)


@pytest.mark.parametrize(
    ("name", "symbols", "renames", "symbol", "note"),
    [
        ("AAPL", ["AAPL"], [], "AAPL", ""),
        ("NASDAQ:AAPL", ["AAPL"], [], "AAPL", ""),
        ("COINBASE:BTCUSD", ["COINBASE:BTCUSD", "BTCUSD"], [], "COINBASE:BTCUSD", ""),
        ("FB", ["META"], [META], "META", "FB is META since 2022-06-09"),
        ("NASDAQ:FB", ["META"], [META], "META", "FB is META since 2022-06-09"),
        ("A", ["C"], [rename("A", "B", 2010), rename("B", "C", 2015)], "C", "A is C since 2010-06-09"),
        # B was another company's before A became B: that one's change does not carry A along.
        ("A", ["C"], [rename("B", "C", 2005), rename("A", "B", 2010)], "A", ""),
        # FB is another company today: who asks for FB gets that one, and is told.
        ("FB", ["META", "FB"], [META], "FB", "FB was the symbol of META until 2022-06-09; this is another one"),
        # Two companies had the symbol one after the other: the later one is meant.
        ("A", ["X", "Y"], [rename("A", "X", 2005), rename("A", "Y", 2018)], "Y", "A is Y since 2018-06-09"),
        ("A", ["X"], [rename("A", "B", 2005), rename("B", "A", 2006)], "A", ""),
        ("GONE", ["AAPL"], [META], "GONE", ""),
        ("NYSE:GONE", ["AAPL"], [], "NYSE:GONE", ""),
    ],
)
def test_a_symbol_is_found_under_its_names(name, symbols, renames, symbol, note):
    found = called(name, symbols, renames)
    assert (found.symbol, found.note) == (symbol, note)


def test_what_is_missing_is_told_and_a_fund_needs_no_sector():
    table = pl.DataFrame(
        {
            "symbol": ["A", "B", "C"],
            "name": ["Alpha", "Beta", None],
            "kind": ["common", "etf", "common"],
            "exchange": ["NYSE"] * 3,
            "sector": ["Energy", None, None],
            "float": [1.5e6, None, None],
        }
    )
    span = Span(first="2015-01-05", last="2015-12-31", bars=250)
    found = known_symbols(table, {"A": span, "D": span}, [Rename(symbol="A", date=dt.date(2015, 2, 3), was="Z")])
    assert [each.symbol for each in found] == ["A", "B", "C", "D"]
    assert [each.missing for each in found] == [
        (),
        ("bars",),
        ("name", "sector", "bars"),
        ("name", "kind", "exchange", "sector"),
    ]
    assert found[0].before == ("Z until 2015-02-03",)
    assert found[0].facts["float"] == "1.5e+06"
    assert [each.symbol for each in matching(found, "z")] == ["A"]
    assert [each.symbol for each in matching(found, "et")] == ["B"]
    assert matching(found, "nothing of this") == ()


def test_without_tables_there_are_the_symbols_that_have_bars():
    assert [each.symbol for each in known_symbols(None, {"B": Span(first="", last="", bars=1)})] == ["B"]
    assert renames_of(None) == ()


def written(tmp_path, text, name="a.csv"):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_facts_are_read_with_their_spellings(tmp_path):
    head = "Ticker,Security,GICS Sector,Type,list_date,delisted_utc"
    text = f"{head}\nA,Alpha,Energy,CS,1999-11-18,\nB,Beta,,ADRC,,2020-01-02T00:00:00Z\n"
    told = read_symbol_file(written(tmp_path, text))
    assert told.tables["symbols"].rows() == [
        ("A", "Alpha", "Energy", "common", dt.date(1999, 11, 18), None),
        ("B", "Beta", None, "adr", None, dt.date(2020, 1, 2)),
    ]
    assert "understood 'Ticker' as symbol" in told.said


def test_a_table_of_days_gives_the_latest_facts_alone(tmp_path):
    frame = pl.DataFrame(
        {
            "symbol": ["A", "A", "B"],
            "ts": [dt.date(2014, 1, 2), dt.date(2014, 1, 3), dt.date(2014, 1, 2)],
            "close": [1.0, 2.0, 3.0],
            "has_fundamental": [False, True, False],
        }
    )
    frame.write_parquet(tmp_path / "days.parquet")
    told = read_symbol_file(tmp_path / "days.parquet").tables["symbols"].sort("symbol")
    assert told.to_dicts() == [{"symbol": "A", "has_fundamental": 1.0}, {"symbol": "B", "has_fundamental": 0.0}]


def test_renames_members_and_actions_are_told_apart(tmp_path):
    renames = read_symbol_file(written(tmp_path, "symbol,date,was\nMETA,2022-06-09,FB\n")).tables
    assert renames["renames"].rows() == [("META", dt.date(2022, 6, 9), "FB")]
    members = read_symbol_file(written(tmp_path, "Symbol,since,until\nA,2010-01-04,2012-05-01\nB,,\n"), "SP500").tables
    assert members["members"].rows() == [
        ("A", "SP500", dt.date(2010, 1, 4), dt.date(2012, 5, 1)),
        ("B", "SP500", None, None),
    ]
    text = (
        "symbol,ts,kind,headline\nWM,2009-08-04,rename,WMI -> WM\nTWX,2018-06-15,delisted,last\nX,2018-01-01,split,\n"
    )
    actions = read_symbol_file(written(tmp_path, text)).tables
    assert actions["renames"].rows() == [("WM", dt.date(2009, 8, 5), "WMI")]
    assert actions["symbols"].rows() == [("TWX", dt.date(2018, 6, 15))]


def test_a_file_without_symbols_is_refused(tmp_path):
    with pytest.raises(BadBars, match="a column symbol"):
        read_symbol_file(written(tmp_path, "name,sector\nAlpha,Energy\n"))


def test_the_real_tables_are_read(shared_data):
    sectors = read_symbol_file(shared_data / "meta" / "sectors.parquet").tables["symbols"]
    assert sectors.filter(pl.col("symbol") == "AAPL")["sector"].to_list() == ["Information Technology"]
    coarse = read_symbol_file(shared_data / "meta" / "universe_coarse_2014.parquet").tables["symbols"]
    assert len(coarse) == 7292
    assert not {"close", "volume", "date"} & set(coarse.columns)
    names = read_symbol_file(shared_data / "meta" / "us_symbol_names_2015_2017.parquet").tables["symbols"]
    assert len(names) == 7324
    actions = read_symbol_file(shared_data / "events" / "lean_corporate_actions.parquet").tables
    held = ["AAPL", "GOOG", "GOOGL", "TWX", "WM"]
    asked = {name: called(name, held, renames_of(actions["renames"])) for name in ("AOL", "WMI", "GOOG", "GOOCV")}
    assert {name: each.symbol for name, each in asked.items()} == {
        "AOL": "TWX",
        "WMI": "WM",
        "GOOG": "GOOG",
        "GOOCV": "GOOG",
    }
    assert asked["GOOG"].note == "GOOG was the symbol of GOOGL until 2014-04-03; this is another one"
